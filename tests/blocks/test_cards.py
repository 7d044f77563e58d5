"""How every card looks; and that none breaks Slack's limits, tells a secret, or does what a name wants."""

import json
import re
from collections import Counter, OrderedDict
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

import pytest
from conftest import AEP, AS_OF, reading, text_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr
from slack_limits import check_blocks, check_view
from strategies import campaigns
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from blocks import campaign, connect, details, help, notices  # noqa: A004 - the card of that name
from blocks import settings as settings_card
from blocks.campaign import Form
from blocks.kit import Block, Message
from bot import errors
from bot.carecycle.lenient import read
from bot.carecycle.models import Campaign, Reading
from bot.errors import BotError, CampaignNotFound, NotUnderstood, RateLimited, Unavailable
from bot.store.records import Connection, Deed, Preferences, Profile
from playground.samples import samples
from playground.slack.rules import refusals, view_refusals

SAMPLES: Final = {sample["id"]: sample for sample in samples()}
LOOK: Final = SAMPLES[AEP]
BARE: Final = {"id": AEP}
OUTAGE, LIMIT = Unavailable("status 503"), RateLimited(40)
OTHER: Final = next(id_ for id_ in SAMPLES if id_ != AEP)
NOTICES: Final[dict[str, BotError]] = {
    "not-connected": errors.NotConnected(),
    "not-understood": NotUnderstood(),
    "not-understood-nearly-an-id": NotUnderstood(broken_id=True),
    "not-understood-other-link": NotUnderstood(other_link=True),
    "not-understood-nearest": NotUnderstood(nearest="help"),
    "not-installed": errors.NotInstalled("https://bot.example.com/slack/install"),
    "not-allowed": errors.NotAllowed(),
    "not-allowed-ask": errors.NotAllowed(("U01OWNER", "U03MEMBER")),
    "not-shown-here": errors.NotShownHere(),
    "key-fixed": errors.KeyFixed(),
    "store-unavailable": errors.StoreUnavailable(),
    "busy": errors.Busy(),
    "not-opened": errors.NotOpened(),
    "old-button": errors.OldButton(),
    "key-rejected": errors.KeyRejected(),
    "key-rejected-fixed": errors.KeyRejected(fixed=True),
    "key-forbidden": errors.KeyForbidden(),
    "key-forbidden-fixed": errors.KeyForbidden(fixed=True),
    "campaign-not-found": CampaignNotFound(),
    "rate-limited": LIMIT,
    "rate-limited-for-long": RateLimited(3600),
    "unavailable": OUTAGE,
}
SHORT: Final = Form(short="shared")
BARE_FORM: Final = Form(hidden=frozenset(campaign.SECTIONS))
CONNECTED: Final = Connection(SecretStr("cc_0123456789abcdef"), "U01OWNER", AS_OF)
PROFILE: Final = Profile(
    CONNECTED,
    Preferences("channel", frozenset({"about"}), "nobody", "none", {"limit": "pageSize"}),
    frozenset({"U03MEMBER"}),
)
DEED: Final = Deed(AS_OF, "T01SUNRISE", "U01OWNER", "connected", {"last_four": "cdef"})
MESSAGES: Final[dict[str, Message]] = {
    "campaign": campaign.card(reading(LOOK)),
    "campaign-everything-missing": campaign.card(reading(BARE)),
    "campaign-stale": campaign.card(reading(LOOK, problem=OUTAGE)),
    "campaign-shared": campaign.card(reading(LOOK), shared_by="U01OWNER"),
    "campaigns-condensed": campaign.condensed(
        [(AEP, reading(LOOK)), (OTHER, CampaignNotFound()), (BARE["id"], reading(BARE, problem=LIMIT))], left_out=2
    ),
    **{f"notice-{name}": notices.for_error(error, AS_OF, retry=AEP) for name, error in NOTICES.items()},
    "notice-bug": notices.for_bug("7f3a9c"),
    "help": help.card("/campaign", {"help": "this message"}),
    "campaign-short": campaign.card(reading(LOOK), form=SHORT),
    "campaign-short-unsure": campaign.card(reading(LOOK), shared_by="U01OWNER", form=Form(short="unsure")),
    "campaign-everything-hidden": campaign.card(reading(LOOK), form=BARE_FORM),
    "key-broken": connect.broken(CONNECTED, "/campaign"),
    "notice-too-late": notices.too_late(),
}
VIEWS: Final[dict[str, Block]] = {
    "details-for-a-manager": details.card(reading(LOOK), names=True),
    "details-for-a-member": details.card(reading(LOOK), names=False),
    "details-everything-missing": details.card(reading(BARE), names=True),
    "details-stale": details.card(reading(LOOK, problem=LIMIT), names=False),
    "details-short": details.card(reading(LOOK), names=True, form=SHORT),
    "loading": notices.loading("Campaign details"),
    "notice": notices.modal("Campaign details", notices.for_error(OUTAGE, AS_OF)),
    "connect": connect.form(None, "{}"),
    "connect-replace": connect.form(CONNECTED, "{}"),
    "connect-broken": connect.form(replace(CONNECTED, broken_at=AS_OF), "{}"),
    "connect-fixed": connect.form(Connection(SecretStr("cc_0123456789abcdef")), "{}"),
    "connected": connect.done(CONNECTED, "/campaign", answered=False),
    "connected-answered": connect.done(CONNECTED, "/campaign", answered=True),
    "disconnect": connect.farewell(CONNECTED, "{}"),
    "disconnected": connect.gone(),
    "disconnect-nothing": connect.not_connected(),
    "settings": settings_card.form(PROFILE, [DEED], "{}"),
    "settings-never-set": settings_card.form(Profile(), [], "{}"),
    "settings-saved": settings_card.saved(),
}


def as_sent(data: Any) -> Any:
    """As Slack gets it, its keys in the order in which they were written."""
    return json.loads(json.dumps(data), object_pairs_hook=OrderedDict)


def assert_slack_takes(card: Message | Block) -> None:
    if not isinstance(card, Message):
        _check_view(json.dumps(card))
        return
    assert 0 < len(card.text) < 4000
    assert refusals(json.loads(json.dumps(card.blocks)), "message") == []
    for block in card.blocks:  # one by one: an action_id must be the only one in its block, not in the message
        _check_block(json.dumps(block))


@lru_cache(10_000)  # many cards share their buttons and titles
def _check_block(block: str) -> None:
    check_blocks([json.loads(block)], "message")


@lru_cache(10)  # without agents, managers and others see the same
def _check_view(view: str) -> None:
    check_view(json.loads(view))
    assert view_refusals(json.loads(view)) == []


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_looks_like_this(snapshot: SnapshotAssertion, name: str) -> None:
    """To see one: paste its snapshot into Slack's Block Kit Builder."""
    assert_slack_takes(MESSAGES[name])
    assert as_sent({"blocks": MESSAGES[name].blocks}) == snapshot(extension_class=JSONSnapshotExtension)


@pytest.mark.parametrize("name", VIEWS)
def test_a_modal_looks_like_this(snapshot: SnapshotAssertion, name: str) -> None:
    assert_slack_takes(VIEWS[name])
    assert as_sent(VIEWS[name]) == snapshot(extension_class=JSONSnapshotExtension)


def every_card(one: Reading) -> Iterator[Message | Block]:
    yield campaign.card(one)
    yield campaign.card(one, shared_by="U01OWNER")
    yield campaign.condensed([(one.campaign.id, one), (OTHER, OUTAGE), (one.campaign.id, one)], left_out=1)
    yield details.card(one, names=True)
    yield details.card(one, names=False)
    yield campaign.card(one, form=SHORT)
    yield campaign.card(one, form=BARE_FORM)
    yield details.card(one, names=True, form=SHORT)


def shown(card: Message | Block) -> str:
    return text_of([card.text, card.blocks]) if isinstance(card, Message) else text_of(card)


@given(campaigns())
@settings(max_examples=1000, deadline=None, suppress_health_check=list(HealthCheck))
def test_slack_takes_the_cards_of_any_campaign_and_they_tell_no_secret(sent: dict[str, Any]) -> None:
    found, _ = read(Campaign, sent)
    for card in every_card(Reading(found, AS_OF, link="https://app.carecycle.ai/campaigns")):
        assert_slack_takes(card)
        told = shown(card)
        assert not re.search(r"SECRET|secret\.agent", told)
        assert "5550142" not in re.sub(r"\D", "", re.sub(r"<!date\^\d+", "", told))


def kinds(of: type[BotError] = BotError) -> Iterator[type[BotError]]:
    """Every error that can be raised: the leaves of the tree."""
    for kind in of.__subclasses__():
        yield from kinds(kind) if kind.__subclasses__() else (kind,)


def test_every_error_has_words_of_its_own() -> None:
    assert set(kinds()) == {type(error) for error in NOTICES.values()}
    said = [notices.reason(error, AS_OF) for error in NOTICES.values()]
    assert len(set(said)) == len(said)
    assert all(15 < len(words) < 300 and words.endswith(("`.", ".", "?")) for words in said)
    assert all(notices.short_reason(error) for error in NOTICES.values())
    assert not [
        words for words in said if re.search(r"wrong\b(?! with what)|error|exception|status|\b[45]\d\d\b", words)
    ]


def test_a_notice_offers_another_try_only_where_that_can_help() -> None:
    offering = {name for name in NOTICES if "notice.retry" in text_of(MESSAGES[f"notice-{name}"].blocks)}
    assert offering == {"busy", "store-unavailable", "unavailable"}


def test_agents_are_named_to_managers_and_counted_to_others() -> None:
    manager, member, card = (
        text_of(VIEWS["details-for-a-manager"]),
        text_of(VIEWS["details-for-a-member"]),
        shown(MESSAGES["campaign"]),
    )
    assert "Dana Ruiz" in manager
    assert "4 of 4 agents active" in member
    assert not re.search("Dana|Ruiz|Marcus|Lucía", member + card)


SECRETS: Final[dict[str, Any]] = {
    "directPhoneNumber": "+12125550142",
    "dynamicOptions": {
        "pingUrl": "https://SECRET:SECRET@ping.partner.example/SECRET?k=SECRET#SECRET",
        "headers": {"Authorization": "SECRET"},
        "body": {"SECRET": ["SECRET"]},
        "transferNumber": "+12125550142",
    },
    "sipUri": "sip:SECRET:SECRET@sip.partner.example;x=SECRET?y=SECRET",
    "sipHeaders": "X: SECRET",
    "warmSummaryPrompt": "SECRET",
    "softphoneFallbackType": "phone_number",
    "softphoneFallbackPhoneNumber": "+12125550142",
    "routingConfig": {
        "fallbackNumber": "+12125550142",
        "agents": [{"isActive": True, "member": {"user": {"name": "Dana", "email": "SECRET@example.com"}}}],
    },
}


@pytest.mark.parametrize("kind", ["direct", "dynamic", "sip", "softphone", "pigeon"])
def test_no_card_tells_a_secret_or_more_than_four_digits_of_a_number(kind: str) -> None:
    config = SECRETS | {"type": kind}
    told = "".join(shown(card) for card in every_card(reading(LOOK | {"transferConfig": config})))
    assert "SECRET" not in told
    assert "example.com" not in told
    assert not re.search(r"\+1|212|555.?0142", told)
    assert ("0142" in told) == (kind in ("direct", "softphone"))


@pytest.mark.parametrize("kind", ["direct", "dynamic", "sip", "softphone", "pigeon"])
def test_a_short_card_has_nothing_of_agents_routing_and_numbers(kind: str) -> None:
    one = reading(LOOK | {"transferConfig": SECRETS | {"type": kind, "name": "Main desk"}})
    for short in (campaign.card(one, form=SHORT), details.card(one, names=True, form=SHORT)):
        assert not re.search(r"0142|Dana|Main desk|transferConfig|agents? |Transfers|partner\.example", shown(short))
        assert "AEP Outreach 2026" in shown(short)


def named(text: str) -> dict[str, Any]:
    """A campaign in which every text somebody may choose is this one."""
    agent = {"isActive": True, "member": {"user": {"name": text}}}
    group = {"name": text, "routingType": text, "isActive": False, "agents": [agent]}
    routing = {"name": text, "routingType": text, "agents": [agent], "groups": [group], "fallbackBehavior": text}
    transfer = {"name": text, "type": "softphone", "warmTransfer": True, "warmMode": text, "routingConfig": routing}
    own = dict.fromkeys(
        ("name", "description", "suite", "status", "sourceType", "templateName", "smsCompanyName"), text
    )
    booking = dict.fromkeys(("name", "minDate", "maxDate", "preferredMode"), text)
    return {"id": AEP, **own, "transferConfig": transfer, "appointmentConfig": booking}


_MARKUP = re.compile(r"<[^>]*>|(?:^|(?<=\n))(?:&gt;|>)|`|(?<![0-9A-Za-z])[*_~]|[*_~](?![0-9A-Za-z])|:[\w+'-]+:|[<>]")


def markup(card: Message | Block) -> Counter[str]:
    """All that Slack would act on in a card's mrkdwn: links, mentions, quotes, marks, emoji."""
    texts = [card.text] if isinstance(card, Message) else []
    parts = [card.blocks if isinstance(card, Message) else card]
    while parts:
        part = parts.pop()
        if isinstance(part, dict) and part.get("type") == "mrkdwn":
            assert part["verbatim"] is True, "Slack would make links of what looks like some"
            texts.append(part["text"])
        elif isinstance(part, dict):
            parts += part.values()
        elif isinstance(part, list | tuple):
            parts += part
    return Counter(mark for text in texts for mark in _MARKUP.findall(text))


_NASTY = st.text("<>!@#*_~`:|&;^ax1. \n\u200b\u202e>-/é", min_size=1, max_size=30)


@given(_NASTY)
@settings(max_examples=300, deadline=None)
def test_nothing_in_a_name_mentions_links_or_formats(nasty: str) -> None:
    text = f"{nasty}x"  # never empty: a campaign without a name looks otherwise
    for hostile, harmless in zip(every_card(reading(named(text))), every_card(reading(named("x"))), strict=True):
        assert markup(hostile) == markup(harmless)
