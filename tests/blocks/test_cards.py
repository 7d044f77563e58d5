"""How every card looks; and that none breaks Slack's limits, tells a secret, or does what a name wants."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from blocks import notices
from blocks.campaigns import campaign as campaign_card
from blocks.campaigns import details
from blocks.short_reasons import short_reason
from bot.campaigns.campaign import Campaign, Reading
from bot.carecycle.lenient_parsing import read
from bot.errors import BotError
from tests.conftest import AS_OF, reading, text_of
from tests.drivers.markup import NASTY, markup
from tests.samples.any_campaign import campaigns
from tests.samples.cards import (
    LOOK,
    MESSAGES,
    NOTICES,
    SECRETS,
    SHORT,
    VIEWS,
    as_sent,
    assert_slack_takes,
    assert_tells_no_secret,
    every_card,
    named,
    shown,
)


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_looks_like_this(snapshot: SnapshotAssertion, name: str) -> None:
    """To see one: paste its snapshot into Slack's Block Kit Builder."""
    assert_slack_takes(MESSAGES[name])
    assert as_sent({"blocks": MESSAGES[name].blocks}) == snapshot(extension_class=JSONSnapshotExtension)


@pytest.mark.parametrize("name", VIEWS)
def test_a_modal_looks_like_this(snapshot: SnapshotAssertion, name: str) -> None:
    assert_slack_takes(VIEWS[name])
    assert as_sent(VIEWS[name]) == snapshot(extension_class=JSONSnapshotExtension)


@given(campaigns())
@settings(max_examples=1000, deadline=None, suppress_health_check=list(HealthCheck))
def test_slack_takes_the_cards_of_any_campaign_and_they_tell_no_secret(sent: dict[str, Any]) -> None:
    found, _ = read(Campaign, sent)
    for card in every_card(Reading(found, AS_OF, link="https://app.carecycle.ai/campaigns")):
        assert_slack_takes(card)
        assert_tells_no_secret(shown(card))


@pytest.mark.parametrize(
    "told", ["+12125550142", "(212) 555-0142", "555.01 42", "SECRET", "secret.agent@x", "secret․agent@x"]
)
def test_a_secret_would_be_seen(told: str) -> None:
    with pytest.raises(AssertionError):
        assert_tells_no_secret(f'["x", "{told}"]')


def test_numbers_that_stand_beside_a_numbers_last_digits_are_none() -> None:
    assert_tells_no_secret('["5 failed, 5 expired", {"text": "5"}, "a number ending in 0142", "555", "0142"]')


def kinds(of: type[BotError] = BotError) -> Iterator[type[BotError]]:
    """Every error that can be raised: the leaves of the tree."""
    for kind in of.__subclasses__():
        yield from kinds(kind) if kind.__subclasses__() else (kind,)


def test_every_error_has_words_of_its_own() -> None:
    assert set(kinds()) == {type(error) for error in NOTICES.values()}
    shown = [json.dumps(notices.for_error(error, AS_OF).blocks) for error in NOTICES.values()]
    assert len(set(shown)) == len(shown)  # its words, or its buttons
    said = [notices.reason(error, AS_OF) for error in NOTICES.values()]
    assert all(15 < len(words) < 300 and words.endswith(("`.", ".", "?")) for words in said)
    assert all(short_reason(error) for error in NOTICES.values())
    assert not [
        words for words in said if re.search(r"wrong\b(?! with what)|error|exception|status|\b[45]\d\d\b", words)
    ]


def test_a_notice_offers_another_try_only_where_that_can_help() -> None:
    offering = {name for name in NOTICES if "notice.retry" in text_of(MESSAGES[f"notice-{name}"].blocks)}
    assert offering == {"busy", "slow", "store-unavailable", "unavailable"}


def test_agents_are_named_to_managers_and_counted_to_others() -> None:
    manager, member, card = (
        text_of(VIEWS["details-for-a-manager"]),
        text_of(VIEWS["details-for-a-member"]),
        shown(MESSAGES["campaign"]),
    )
    assert "Dana Ruiz" in manager
    assert "4 of 6 agents are active" in member
    assert not re.search("Dana|Ruiz|Marcus|Lucía", member + card)


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
    for short in (campaign_card.card(one, options=SHORT), details.card(one, names=True, options=SHORT)):
        assert not re.search(r"0142|Dana|Main desk|transferConfig|agents? |Transfers|partner\.example", shown(short))
        assert "AEP Outreach 2026" in shown(short)


@given(NASTY)
@settings(max_examples=300, deadline=None)
def test_nothing_in_a_name_mentions_links_or_formats(nasty: str) -> None:
    text = f"{nasty}x"  # never empty: a campaign without a name looks otherwise
    for hostile, harmless in zip(every_card(reading(named(text))), every_card(reading(named("x"))), strict=True):
        assert markup(hostile) == markup(harmless)
