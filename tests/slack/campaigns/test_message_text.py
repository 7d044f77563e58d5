"""Every campaign that a message names is found, however Slack delivers it, and nothing that only looks like one."""

import itertools
import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blocks.campaigns import campaign as campaign_card
from bot.campaigns.campaign import Campaign
from bot.campaigns.ids import Links
from bot.carecycle.lenient_parsing import read
from bot.slack.campaigns.message_text import ids_in_message, texts_of
from tests.conftest import AEP, reading
from tests.samples.any_campaign import campaigns

LINKS = Links("https://app.carecycle.ai/campaigns")
CORPUS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "samples/messages.json").read_text(encoding="utf-8")
)
BOUND = 200_000  # characters of one message that are read


def section(*texts: str) -> dict[str, Any]:
    """A message whose one line is made of these texts."""
    line = {"type": "rich_text_section", "elements": [{"type": "text", "text": text} for text in texts]}
    return {"blocks": [{"type": "rich_text", "elements": [line]}]}


def test_the_corpus_has_sixty_messages_and_more_and_no_two_are_the_same() -> None:
    assert len({json.dumps(one["message"]) for one in CORPUS}) == len(CORPUS) >= 60
    assert len({one["name"] for one in CORPUS}) == len(CORPUS)
    assert sum(not one["ids"] for one in CORPUS) >= 10


@pytest.mark.parametrize("one", CORPUS, ids=[one["name"] for one in CORPUS])
def test_a_message_holds_these_ids(one: dict[str, Any]) -> None:
    assert list(ids_in_message(LINKS, one["message"])) == one["ids"]


@pytest.mark.parametrize("cuts", [(9,), (4, 20), (8, 13, 18, 23), tuple(range(1, 36))])
def test_an_id_is_whole_however_it_is_cut_into_bold_and_not(cuts: tuple[int, ...]) -> None:
    ends = (0, *cuts, 36)
    parts = [AEP[start:end] for start, end in itertools.pairwise(ends)]
    assert ids_in_message(LINKS, section("see ", *parts, " now")) == (AEP,)


def test_two_paragraphs_do_not_make_an_id_together() -> None:
    first, second = section(AEP[:19]), section(AEP[19:])
    assert ids_in_message(LINKS, {"blocks": first["blocks"] + second["blocks"]}) == ()


def test_links_stand_in_angles_and_labels_beside_them() -> None:
    message = {
        "text": "a &lt;b&gt; <https://x.example/?a=1&amp;b=2|its name> <@U1|eve> <mailto:a@b.example|a@b.example>"
    }
    (text,) = texts_of(message)
    assert text.split() == ["a", "<b>", "<https://x.example/?a=1&b=2>", "its", "name", "eve"]


@given(campaigns())
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_card_of_our_own_names_its_campaign_and_no_other(sent: dict[str, Any]) -> None:
    found, _ = read(Campaign, {**sent, "name": "AEP", "description": None, "templateName": None})
    card = campaign_card.card(reading(found.model_dump(by_alias=True)), shared_by="U01OWNER")
    message = {"text": card.text, "blocks": json.loads(json.dumps(card.blocks)), "bot_id": "B0BOT"}
    assert set(ids_in_message(LINKS, message)) <= {found.id.lower()}


_NAMES = st.sampled_from(
    ["type", "text", "elements", "blocks", "attachments", "files", "message_blocks", "message", "fields", "value",
     "title", "url", "action_id", "mode", "rows", "from", "fallback", "simplified_html", "label"]
) | st.text(max_size=4)  # fmt: skip
_VALUES = st.sampled_from(
    [
        "rich_text",
        "rich_text_section",
        "link",
        "text",
        "email",
        "<https://[",
        "<a|b>",
        "<https://app.carecycle.ai/",
        AEP,
    ]
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | _VALUES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_NAMES, inner, max_size=5),
    max_leaves=40,
)


@given(_JSON)
@settings(max_examples=500, deadline=None)
def test_any_json_is_read_without_trouble(message: object) -> None:
    assert all(isinstance(text, str) for text in texts_of(message))
    ids = ids_in_message(LINKS, message)
    assert len(ids) == len(set(ids))


@given(_JSON)
@settings(max_examples=200, deadline=None)
def test_what_else_a_message_holds_does_not_hide_an_id(other: object) -> None:
    message = {"attachments": [other, {"text": f"and {AEP}"}], "files": other}
    assert AEP in ids_in_message(LINKS, message)


def test_the_deepest_message_is_read_without_trouble() -> None:
    deep: Any = {"text": AEP}
    for _ in range(20_000):
        deep = {"blocks": [deep]}
    assert ids_in_message(LINKS, deep) == (AEP,)


@pytest.mark.parametrize(
    "piece",
    [
        "<https://a",
        "<https://a|b",
        "https://",
        "0123abcd-",
        f"{AEP[:24]}",
        "<a href='",
        "-\n>",
        "*_~`-*_~`",
        "<",
        "&lt;",
    ],
)
def test_no_text_takes_long_to_read(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    for message in ({"text": text}, {"files": [{"mode": "email", "simplified_html": text}]}, section(text)):
        began = time.thread_time()  # of this thread: a busy machine does not count
        assert sum(map(len, texts_of(message))) <= BOUND * 2
        ids_in_message(LINKS, message)
        assert time.thread_time() - began < 3


def test_a_message_of_very_many_parts_is_read_up_to_a_bound() -> None:
    message = {"attachments": [{"text": "a"}] * 1_000_000}
    assert sum(1 for _ in texts_of(message)) < 50_000
