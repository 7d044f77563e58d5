"""Which campaigns typed words mean: names, beginnings of ids, words, typos."""

import random
import string
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.campaigns.listing import Entry, Listing
from bot.campaigns.matching import fold, matching, place_of, without_fillers, words_of
from tests.conftest import AS_OF

_TAIL = "-6276-4993-bfeb-53cbbbba6f0"


def entry(name: str, id_: str = "", *, status: str = "active", description: str = "", days: int = 0) -> Entry:
    return Entry(id_ or f"{abs(hash(name)) % 16**8:08x}{_TAIL}0", name, status, description, AS_OF - timedelta(days))


ACCOUNT = (
    entry("AEP Outreach 2026", "497f6eca" + _TAIL + "8"),
    entry("AEP Outreach 2025", "1a2b3c4d" + _TAIL + "1", status="completed", days=9),
    entry("Medicare Welcome", "f5ee8c72" + _TAIL + "2", description="Welcome call for new members, café hours"),
    entry("Hospital indemnity", "cafe1234" + _TAIL + "3"),
    entry("Línea de enero", "beef5678" + _TAIL + "4", status="paused"),
    entry("Dual-eligible review", "0ddba115" + _TAIL + "5", description="AEP follow-up"),
    entry("Cafe openings", "7e57ab1e" + _TAIL + "6"),
    entry("AEP", "497f0000" + _TAIL + "7", days=30),
)


def search(typed: str, *, whole: bool = True) -> Listing:
    return matching(ACCOUNT, words_of(typed), whole=whole)


def names(found: tuple[Entry, ...]) -> list[str]:
    return [one.name for one in found]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("aep outreach 2026", "AEP Outreach 2026"),
        ("AEP", "AEP"),  # exactly this name, although others hold the word
        ("“medicare welcome”", "Medicare Welcome"),
        ("497f6eca", "AEP Outreach 2026"),
        ("497F6", "AEP Outreach 2026"),
        ("497f6eca6276", "AEP Outreach 2026"),
        ("`497f6eca`…", "AEP Outreach 2026"),
        ("497f6eca-6276-4993-bfeb-53cbbbba6f0", "AEP Outreach 2026"),  # 35 of 36
        ("497f6eca-6276-4993-bfeb-53cbbbba6f08", "AEP Outreach 2026"),
        ("497f6eca62764993bfeb53cbbbba6f08", "AEP Outreach 2026"),
        ("linea", "Línea de enero"),
        ("LÍNEA", "Línea de enero"),
        ("medicare welcome please", "Medicare Welcome"),
        ("find medicare", "Medicare Welcome"),
        ("what’s the status of hospital", "Hospital indemnity"),
        ("cafe", "Cafe openings"),  # letters alone are a name first
        ("beef", "Línea de enero"),
        ("dual eligible", "Dual-eligible review"),
    ],
)
def test_one_campaign_is_meant(typed: str, name: str) -> None:
    hit = search(typed).hit
    assert hit is not None
    assert hit.name == name


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("outreach", ["AEP Outreach 2026", "AEP Outreach 2025"]),
        ("out reach aep", ["AEP Outreach 2026", "AEP Outreach 2025"]),
        ("497f", ["AEP Outreach 2026", "AEP"]),
        ("completed", ["AEP Outreach 2025"]),
        ("aep review", ["Dual-eligible review"]),
    ],
)
def test_what_several_fit_or_is_elsewhere_is_listed_the_last_changed_first(typed: str, found: list[str]) -> None:
    assert names(search(typed).entries) == found


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("hospital indemity", ["Hospital indemnity"]),
        ("hopsital", ["Hospital indemnity"]),
        ("medicre welcom", ["Medicare Welcome"]),
        ("medicarewelcome", ["Medicare Welcome"]),
        ("find the hospitl please", ["Hospital indemnity"]),
        ("aep outreach 2027", []),  # another year is another campaign
        ("zzz", []),
    ],
)
def test_a_typo_is_only_asked_about(typed: str, near: list[str]) -> None:
    found = search(typed)
    assert (found.entries, found.hit) == ((), None)
    assert names(found.near) == near


def test_of_a_part_of_the_list_only_a_name_or_the_beginning_of_an_id_is_meant() -> None:
    assert search("hospital", whole=False).hit is None
    assert search("aep", whole=False).hit is not None
    assert search("f5ee8", whole=False).hit is not None


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("medicare", "name"),
        ("hours", "description"),
        ("active", "status"),
        ("5ee8", "id"),
        ("welcome café", "description"),
    ],
)
def test_where_the_words_are_is_known(typed: str, place: str) -> None:
    assert place_of(ACCOUNT[2], words_of(typed)) == place


@given(st.sampled_from(ACCOUNT), st.integers(4, 36))
def test_any_beginning_of_an_id_of_four_characters_or_more_finds_it(one: Entry, length: int) -> None:
    for typed in (one.id[:length], one.id.replace("-", "")[:length], one.id[:length].upper()):
        assert one in search(typed).entries


@given(st.text(max_size=60))
@settings(max_examples=300)
def test_whatever_is_typed_only_campaigns_of_the_account_are_found(typed: str) -> None:
    found = search(typed)
    assert {*found.entries, *found.near} <= set(ACCOUNT)
    assert not (found.entries and found.near)
    assert found.hit is None or found.hit in found.entries


@given(st.sampled_from([one for one in ACCOUNT if len(one.name) > 9]), st.data())
def test_one_wrong_letter_in_a_long_word_is_forgiven(one: Entry, data: st.DataObject) -> None:
    words = list(words_of(one.name))
    at = data.draw(st.sampled_from([n for n, word in enumerate(words) if word.isalpha() and len(word) > 3]))
    place = data.draw(st.integers(0, len(words[at]) - 1))
    letter = data.draw(st.sampled_from(string.ascii_lowercase))
    words[at] = words[at][:place] + letter + words[at][place + 1 :]
    found = search(" ".join(words))
    assert one in (*found.entries, *found.near)


def test_words_around_a_name_are_left_out_and_accents_too() -> None:
    assert without_fillers(words_of("Could you find the Medicare one, please?")) == ("medicare",)
    assert fold("LÍNEA Ñandú") == "linea nandu"


def test_of_five_thousand_names_the_nearest_are_few_and_the_nearest_first() -> None:
    draw = random.Random(7)
    parts = ["medicare", "hospital", "indemnity", "outreach", "renewal", "dental", "vision", "florida"]
    many = [entry(" ".join(draw.sample(parts, 3)) + f" {n}", f"{n:08x}{_TAIL}0") for n in range(5000)]
    found = matching(many, words_of("hospitl indemnity"), whole=True)
    assert len(found.near) == 5
    assert all("hospital" in one.name and "indemnity" in one.name for one in found.near)
