"""Campaign ids are found however they were pasted, and what only looks like one is not."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.campaigns.ids import Links, has_nearly_an_id
from tests.conftest import AEP

B, C = "0e66c6be-5147-4b93-be3b-496ec129017d", "ffffffff-ffff-ffff-ffff-ffffffffffff"
NIL = "00000000-0000-0000-0000-000000000000"
HOST = "https://app.carecycle.ai"
LINKS = Links(f"{HOST}/campaigns")

FOUND: list[tuple[str, str, tuple[str, ...]]] = [
    ("bare", AEP, (AEP,)),
    ("in capitals", AEP.upper(), (AEP,)),
    ("in a sentence", f"what about {AEP}, please?", (AEP,)),
    ("after a word and a colon", f"id:{AEP}", (AEP,)),
    ("in quotes", f'"{AEP}"', (AEP,)),
    ("in smart quotes", f"“{AEP}”", (AEP,)),
    ("in other quotes", f"‘{AEP}’ «{B}» „{C}“", (AEP, B, C)),
    ("in code", f"`{AEP}`", (AEP,)),
    ("in brackets", f"({AEP}) [{B}] {{{C}}}", (AEP, B, C)),
    ("in angle brackets", f"<{AEP}>", (AEP,)),
    ("with bold around it", f"*{AEP}* _{B}_", (AEP, B)),
    ("between non-breaking spaces", f"\xa0{AEP}\xa0{B}\u202f{C}", (AEP, B, C)),
    ("with commas", f"{AEP},{B}, {C};", (AEP, B, C)),
    ("on lines", f"{AEP}\n{B}\r\n\t{C}", (AEP, B, C)),
    ("twice, once in capitals", f"{B} {AEP} {B.upper()} {AEP}", (B, AEP)),
    ("the nil and the max id", f"{NIL} {C}", (NIL, C)),
    *((f"with {ord(dash):04x} for hyphens", AEP.replace("-", dash), (AEP,)) for dash in "‐‑‒–—―−﹣－"),
    *((f"with {ord(none):04x} in it", none.join(AEP), (AEP,)) for none in "\u200b\u200c\u200d\u2060\ufeff\u00ad"),
    ("a typed link", f"{HOST}/campaigns/{AEP}", (AEP,)),
    ("a link of Slack", f"<{HOST}/campaigns/{AEP}>", (AEP,)),
    ("a link of Slack with a label", f"<{HOST}/campaigns/{AEP}|the campaign>", (AEP,)),
    ("a link whose label says the same", f"<{HOST}/campaigns/{AEP}|{HOST}/campaigns/{AEP}>", (AEP,)),
    ("in a link's query", f"{HOST}/campaigns?id={AEP}&tab=1", (AEP,)),
    ("in a link's fragment", f"{HOST}/#/campaigns/{AEP}", (AEP,)),
    ("in capitals in a link", f"HTTPS://APP.CARECYCLE.AI/campaigns/{AEP.upper()}", (AEP,)),
    ("in http", f"http://app.carecycle.ai/{AEP}", (AEP,)),
    ("at the end of a sentence", f"See {HOST}/{AEP}.", (AEP,)),
    ("percent-encoded", f"{HOST}/campaigns?id={AEP.replace('-', '%2D')}", (AEP,)),
    ("encoded within a link", f"{HOST}/login?next={quote(f'/campaigns/{AEP}', safe='')}", (AEP,)),
    ("two in one link", f"{HOST}/compare?ids={AEP},{B}", (AEP, B)),
    ("a link without a scheme", f"app.carecycle.ai/campaigns/{AEP}", (AEP,)),
    ("links and ids in order", f"{C} <{HOST}/{AEP}|x> {B}", (C, AEP, B)),
    ("before a date", f"{AEP}-20261120.csv {B}-2026-11-20.csv", (AEP, B)),
    ("before a date and a time", f"{AEP}-20261120-153000.csv {B}-2026-11-20T15.csv {C}-2026-11.pdf", (AEP, B, C)),
    ("behind a year or a date", f"AEP-2026-{AEP} export-20261120-{B} 2026-11-20-{C}", (AEP, B, C)),
    ("in an organization's link", f"{HOST}/orgs/{B}/campaigns/{AEP}", (AEP,)),
    ("in a link that names a customer, too", f"<{HOST}/campaigns/{AEP}?customer={B}|AEP> {C}", (AEP, C)),
    ("two that a query names", f"{HOST}/compare?campaign={AEP}&other_campaign={B}", (AEP, B)),
    ("two at the end of one link", f"{HOST}/orgs/{C}/compare/{AEP},{B}", (AEP, B)),
    ("links with only a comma between", f"{HOST}/{AEP},{HOST}/{B}", (AEP, B)),
    ("in the label of another link", f"<https://evil.example/x|{AEP}>", (AEP,)),
]
NOT_FOUND = {
    "nothing": "",
    "another host": f"https://evil.example/campaigns/{AEP}",
    "another host in Slack's brackets": f"<https://evil.example/{AEP}|click>",
    "our host as a user": f"https://app.carecycle.ai@evil.example/{AEP}",
    "our host as a part": f"https://app.carecycle.ai.evil.example/{AEP}",
    "our host at the end": f"https://notapp.carecycle.ai/{AEP}",
    "our host in a query": f"https://evil.example/?{HOST}/{AEP}",
    "no host": f"https:///{AEP}",
    "half a host": f"http://[{AEP}",
    "one character short": AEP[:-1],
    "one too many": f"{AEP}0",
    "one too many in front": f"a{AEP}",
    "another group": f"{AEP}-1234",
    "another group in front": f"1234-{AEP}",
    "a group that only begins like a year": f"{AEP}-2026ab",
    "a year and more groups": f"{AEP}-2026-1a2b-00f0",
    "a year behind another group": f"00f0-2026-{AEP}",
    "two in a chain": f"{AEP}-{AEP}",
    "two in a chain, the second like a date": f"{AEP}-20260101-6276-4993-bfeb-53cbbbba6f08",
    "version 9": "497f6eca-6276-9993-bfeb-53cbbbba6f08",
    "version 0": "497f6eca-6276-0993-bfeb-53cbbbba6f08",
    "another variant": "497f6eca-6276-4993-cfeb-53cbbbba6f08",
    "no hexadecimal": "497f6ecg-6276-4993-bfeb-53cbbbba6f08",
    "no hyphens": AEP.replace("-", ""),
    "underscores": AEP.replace("-", "_"),
    "spaces": AEP.replace("-", " "),
    "letters that only look alike": AEP.replace("a", "а"),  # Cyrillic
}


@pytest.mark.parametrize(("text", "ids"), [pytest.param(*row[1:], id=row[0]) for row in FOUND])
def test_an_id_is_found(text: str, ids: tuple[str, ...]) -> None:
    assert LINKS.ids_in(text) == ids


@pytest.mark.parametrize("text", NOT_FOUND.values(), ids=NOT_FOUND)
def test_what_only_looks_like_an_id_is_none(text: str) -> None:
    assert LINKS.ids_in(text) == ()


@pytest.mark.parametrize("text", [AEP[:-1], f"{AEP}0", AEP.replace("4993", "499"), AEP.replace("e", "g"), AEP[1:]])
def test_a_mistyped_id_is_noticed(text: str) -> None:
    assert has_nearly_an_id(f"show {text} now")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "help",
        "AEP Outreach 2026",
        "2026-11-23",
        "+1-212-555-0142",
        "well-known",
        "medicare-aep-2026-outreach",
        "summer-sale-2024-outreach",
        "seniors-2024-11-20-renewal",
        "medicare-2024-2025-decade",
    ],
)
def test_other_words_are_not_taken_for_a_mistyped_id(text: str) -> None:
    assert not has_nearly_an_id(text)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        (f"{HOST}/campaigns", False),
        (f"<{HOST}|x>", False),
        ("https://evil.example", True),
        (f"{HOST} https://evil.example", True),
        ("http://[", True),
        ("evil.example", False),
        ("", False),
    ],
)
def test_a_link_to_somewhere_else_is_noticed(text: str, other: bool) -> None:
    assert LINKS.has_other_link(text) is other


@pytest.mark.parametrize(
    ("text", "own"),
    [
        (f"{HOST}/campaigns", True),
        (f"<{HOST}|x>", True),
        (f"<https://evil.example|x> <{HOST}/{AEP}>", True),
        (f"https://evil.example and {HOST}", True),
        (f"<https://evil.example|{AEP}>", False),
        ("app.carecycle.ai", False),
        ("", False),
    ],
)
def test_a_link_to_the_web_app_is_noticed_with_an_id_or_without(text: str, own: bool) -> None:
    assert LINKS.has_own_link(text) is own


def test_a_link_opens_the_campaign_where_the_template_says() -> None:
    assert LINKS.to(AEP) == f"{HOST}/campaigns"
    own = Links("https://Care.Example:8443/c/{id}?from=slack")
    assert own.to(AEP) == f"https://Care.Example:8443/c/{AEP}?from=slack"
    assert own.ids_in(f"https://CARE.example/c/{AEP} {HOST}/{B}") == (AEP,)
    assert own.ids_in(own.to(AEP)) == (AEP,)


_PIECES = (
    "https://",
    "http://[",
    HOST,
    "evil.example",
    "<",
    ">",
    "|",
    "/",
    "%2D",
    "%",
    "{id}",
    "@",
    ":",
    AEP,
    AEP[:20],
)


@given(st.lists(st.sampled_from(_PIECES) | st.text(max_size=5), max_size=12).map("".join))
def test_any_text_is_read_without_trouble(text: str) -> None:
    ids = LINKS.ids_in(text)
    assert all(len(found) == 36 and found == found.lower() for found in ids)
    assert len(ids) == len(set(ids))
    LINKS.has_other_link(text)
    has_nearly_an_id(text)
    assert LINKS.ids_in(f"{text} {B}")[-1:] == (B,)


@given(st.lists(st.uuids(version=4), max_size=12, unique=True), st.sampled_from([" ", ", ", "\n", f" {HOST}/"]))
def test_as_many_as_are_pasted_are_found_in_their_order(ids: list[object], between: str) -> None:
    assert LINKS.ids_in("".join(f"{between}{id_}" for id_ in ids)) == tuple(map(str, ids))


TWICE = Links(f"{HOST}/c/{{id}}/calls?of={{id}}")
OVERVIEW = Links(f"{HOST}/org/{C}/campaigns/{{id}}/overview")


@pytest.mark.parametrize(
    ("links", "link", "campaign"),
    [
        (LINKS, f"{HOST}/campaigns/{AEP}", AEP),
        (LINKS, f"HTTPS://APP.carecycle.ai/campaigns/{AEP.upper()}/calls", AEP),
        (LINKS, f"{HOST}/org/{B}/campaigns/{AEP}?customer={C}#{C}", AEP),
        (LINKS, f"{HOST}/campaigns?open={AEP}&then={B}", AEP),
        (LINKS, f"{HOST}/campaigns/%34{AEP[1:]}", AEP),
        (OVERVIEW, f"{HOST}/org/{C}/campaigns/{AEP}/calls/{B}", AEP),
        (OVERVIEW, f"{HOST}/other/{B}", B),
        (OVERVIEW, f"{HOST}/org/{B}/campaigns/{AEP}/calls/{NIL}", NIL),  # its place is another in this organization
        (TWICE, f"{HOST}/c/{AEP}/calls/{B}", AEP),
        (LINKS, f"{HOST}/org/{B}/campaigns?campaign={AEP}", AEP),
        (LINKS, f"{HOST}/campaigns", None),
        (LINKS, f"https://example.com/{AEP}", None),
        (LINKS, f"https://app.carecycle.ai.example.com/{AEP}", None),
        (LINKS, f"https://[x/{AEP}", None),
        (LINKS, AEP, None),
    ],
)
def test_a_link_opens_one_campaign(links: Links, link: str, campaign: str | None) -> None:
    assert links.campaign_in(link) == campaign


def test_of_a_link_only_the_campaign_at_the_templates_place_counts() -> None:
    assert OVERVIEW.ids_in(f"{HOST}/org/{C}/campaigns/{AEP}/calls/{B}") == (AEP,)


@given(st.lists(st.sampled_from(_PIECES) | st.text(max_size=5), max_size=12).map("".join))
def test_no_link_is_too_strange_to_look_at(text: str) -> None:
    for link in (text, HOST + text, f"{HOST}/{text}"):
        found = LINKS.campaign_in(link)
        assert found is None or len(found) == 36
