"""How previews and their panes look, in both forms; and that they break no limit, tell no secret, and obey no name."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from blocks import words
from blocks.card_options import SECTIONS, WHOLE, CardOptions
from blocks.kit import Block, Message
from blocks.previews import classic as classic_preview
from blocks.previews import muting, why, work_object
from blocks.previews.why import Decision
from bot import errors
from bot.campaigns.campaign import Campaign, Reading
from bot.carecycle.lenient_parsing import read
from playground.slack.unfurls import work_object_refusals
from tests.conftest import AEP, AS_OF, reading, text_of
from tests.samples.any_campaign import campaigns
from tests.samples.cards import (
    BARE,
    LIMIT,
    LOOK,
    OUTAGE,
    SECRETS,
    SHORT,
    as_sent,
    assert_slack_takes,
    assert_tells_no_secret,
    named,
)

LINK: Final = f"https://app.carecycle.ai/campaigns/{AEP}"
LATER: Final = AS_OF + timedelta(hours=2)
MOST_BYTES: Final = 8000  # of one Work Object: Slack says of no limit, but that there is one
OFF, MUTED = Decision("off", AS_OF), Decision("muted", AS_OF)
SHOWN: Final = Decision("shown", AS_OF)


def whole(one: Reading, form: CardOptions = WHOLE) -> Block:
    return work_object.preview(one, f"{LINK}?x=1", LINK, form, brief=False)


def brief(one: Reading) -> Block:
    return work_object.preview(one, LINK, LINK, WHOLE, brief=True)


def pane(one: Reading, form: CardOptions = WHOLE, *, names: bool = False) -> Block:
    return work_object.pane(one, LINK, form, names=names)


WORK_OBJECTS: Final[dict[str, Block]] = {
    "preview": whole(reading(LOOK)),
    "preview-short": whole(reading(LOOK), SHORT),
    "preview-of-one-of-two": brief(reading(LOOK)),
    "preview-everything-missing": whole(reading(BARE)),
    "preview-everything-hidden": whole(reading(LOOK), CardOptions(hidden=frozenset(SECTIONS))),
    "pane-for-a-manager": pane(reading(LOOK), names=True),
    "pane-for-a-member": pane(reading(LOOK)),
    "pane-short": pane(reading(LOOK), SHORT, names=True),
    "pane-everything-missing": pane(reading(BARE)),
    "pane-stale": pane(reading(LOOK, problem=LIMIT)),
    "pane-trouble": work_object.trouble("It is *so*, `because`."),
}
MESSAGES: Final[dict[str, Message]] = {
    "classic": Message("x", tuple(classic_preview.blocks(reading(LOOK), WHOLE, brief=False))),
    "classic-short": Message("x", tuple(classic_preview.blocks(reading(LOOK), SHORT, brief=False))),
    "classic-of-one-of-two": Message("x", tuple(classic_preview.blocks(reading(LOOK), WHOLE, brief=True))),
    "muted": muting.muted("/campaign", before=False, told="yes"),
    "muted-before": muting.muted("/campaign", before=True, told="nobody"),
    "muted-elsewhere": muting.muted("/campaign", before=False, told="soon", channel="C02STANDUP"),
    "muted-not-told": muting.muted("/campaign", before=False, told="no"),
    "muted-line": muting.line("U03MEMBER", "/campaign", muted=True),
    "mute-all": muting.not_all("/campaign", "mute"),
    "mute-not-known": muting.not_known("/campaign", "mute"),
    "mute-not-there": muting.not_there("/campaign", "mute"),
    "mute-usage": muting.usage("/campaign", "mute"),
    "unmuted": muting.unmuted(before=False, off=False, told="yes"),
    "unmuted-but-off": muting.unmuted(before=True, off=True, told="nobody"),
    "unmuted-line": muting.line("U03MEMBER", "/campaign", muted=False),
    "why-other-link": why.other_link("app.carecycle.ai"),
    "why-no-id": why.no_id(),
    "why-no-link": why.no_link("/campaign"),
    "why-untold": why.card(None, None, "/campaign", LATER),
    "why-off": why.card(None, OFF, "/campaign", LATER),
    "why-muted": why.card(MUTED, MUTED, "/campaign", LATER),
    "why-muted-then": why.card(MUTED, None, "/campaign", LATER),
    "why-shown": why.card(SHOWN, None, "/campaign", AS_OF),
    "why-shown-long-ago": why.card(SHOWN, None, "/campaign", LATER),
    "why-shown-and-muted": why.card(SHOWN, MUTED, "/campaign", AS_OF),
    "why-again": why.card(Decision("again", LATER, shown=AS_OF), None, "/campaign", LATER),
    "why-many": why.card(Decision("many", AS_OF), None, "/campaign", LATER),
    "why-failed": why.card(Decision.failed(errors.CampaignNotFound(), AS_OF), None, "/campaign", LATER),
    "why-fails": why.card(None, Decision.failed(OUTAGE, AS_OF), "/campaign", LATER),
    "why-elsewhere": why.card(None, Decision.failed(errors.NotShownHere(), AS_OF), "/campaign", LATER),
    "why-refused": why.card(Decision("refused", AS_OF, "cannot_unfurl_url"), None, "/campaign", LATER),
    "why-unreached": why.card(Decision("unreached", AS_OF, "TimeoutError"), None, "/campaign", LATER),
    "why-bug": why.card(Decision("bug", AS_OF), None, "/campaign", LATER),
}


@pytest.mark.parametrize("name", WORK_OBJECTS)
def test_a_work_object_looks_like_this(snapshot: SnapshotAssertion, name: str) -> None:
    assert as_sent(WORK_OBJECTS[name]) == snapshot(extension_class=JSONSnapshotExtension)


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_looks_like_this(snapshot: SnapshotAssertion, name: str) -> None:
    assert_slack_takes(MESSAGES[name])
    assert as_sent({"blocks": MESSAGES[name].blocks}) == snapshot(extension_class=JSONSnapshotExtension)


@pytest.mark.parametrize("name", [name for name in MESSAGES if name.startswith("why")])
def test_why_is_said_in_one_or_two_sentences(name: str) -> None:
    said = words.plain(MESSAGES[name].text).replace("app.carecycle.ai", "careCycle")
    assert 1 <= len(re.findall(r"[.](?: |$)", said)) <= 2, said
    assert len(said) < 300


def every_object(one: Reading) -> Iterator[Block]:
    yield from (whole(one), whole(one, SHORT), brief(one), pane(one), pane(one, names=True), pane(one, SHORT))


@given(campaigns())
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
def test_slack_takes_the_previews_of_any_campaign_and_they_tell_no_secret(sent: dict[str, Any]) -> None:
    found, _ = read(Campaign, sent)
    one = Reading(found, AS_OF, link=LINK)
    for made in every_object(one):
        assert list(work_object_refusals(json.loads(json.dumps(made)))) == []
        assert len(json.dumps(made, ensure_ascii=False).encode()) < MOST_BYTES
    for short in (True, False):
        blocks = classic_preview.blocks(one, WHOLE, brief=short)
        assert_slack_takes(Message("x", tuple(blocks)))
    assert_tells_no_secret(text_of(list(every_object(one))))


@pytest.mark.parametrize("kind", ["direct", "dynamic", "sip", "softphone", "pigeon"])
def test_no_preview_tells_a_secret_and_a_short_one_nothing_of_the_inside(kind: str) -> None:
    one = reading(LOOK | {"transferConfig": SECRETS | {"type": kind, "name": "Main desk"}})
    told = text_of(list(every_object(one)))
    assert not re.search(r"SECRET|example․?\.?com|\+1|212|555.?0142", told)
    for short in (whole(one, SHORT), pane(one, SHORT, names=True), brief(one)):
        assert not re.search(r"0142|Dana|Main desk|transferConfig|agents? |Transfers|partner", text_of(short))


def test_agents_are_named_in_a_managers_pane_and_in_no_preview() -> None:
    one = reading(LOOK)
    assert "Dana Ruiz" in text_of(pane(one, names=True))
    everybodys = [whole(one), brief(one), pane(one), *classic_preview.blocks(one, WHOLE, brief=False)]
    assert not re.search("Dana|Ruiz|Marcus|Lucía", text_of(everybodys))


_NASTY = st.text("<>!@#*_~`:|&;^ax1. \n\u200b\u202e>-/é[]()", min_size=1, max_size=30)
_ACTED_ON = re.compile(r"[<>@\u202e]|://|\w\.[^\W\d_]{2}|`|(?<![0-9A-Za-z])[*_~]|[*_~](?![0-9A-Za-z])|:[\w+'-]+:")


@given(_NASTY)
@settings(max_examples=150, deadline=None)
def test_nothing_in_a_work_object_mentions_links_or_formats(nasty: str) -> None:
    for made in every_object(reading(named(f"{nasty}x"))):
        assert not [text for text in texts(made) if _ACTED_ON.search(text)]


@pytest.mark.parametrize(
    ("mrkdwn", "bare"),
    [
        ("*bold* _it_ ~no~ `code`", "bold it no code"),
        ("a &lt;!channel&gt; &amp; b", "a ‹!channel› & b"),
        ("see https://evil.example/x or www.evil.example", "see https∶//evil․example/x or www․evil․example"),
        ("<!date^1795424531^{date_short}|2026-11-23 09:02:11 UTC>", "2026-11-23 09∶02∶11 UTC"),
        ("snake_case and 3*4", "snake_case and 3*4"),
        ("mail @here", "mail ＠here"),
    ],
)
def test_mrkdwn_becomes_bare_text(mrkdwn: str, bare: str) -> None:
    assert words.bare(mrkdwn, 100) == bare


def test_bare_text_is_as_long_as_it_may_be() -> None:
    assert words.bare("x" * 20, 10) == "x" * 9 + "…"


def test_a_preview_is_as_old_as_its_reading() -> None:
    """Slack asks for a preview anew when this rises."""
    rises = [_rises(one) for one in (reading(LOOK), replace(reading(LOOK), as_of=LATER))]
    assert rises[1] - rises[0] == 2 * 60 * 60


def _rises(one: Reading) -> int:
    return int(as_sent(whole(one))["entity_payload"]["attributes"]["metadata_last_modified"])


def texts(made: Any) -> Iterator[str]:
    """What a Work Object shows: its titles and the values of its fields."""
    payload = as_sent(made)["entity_payload"]
    yield payload["attributes"]["title"]["text"]
    yield from (str(field["value"]) for field in payload["custom_fields"])
