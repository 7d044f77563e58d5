"""That Slack takes a digest whatever its campaigns are like and however many; its chart; and that names do nothing."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blocks.card_options import CardOptions
from blocks.digests import message as digest_message
from blocks.digests.message import Edition
from blocks.kit import Message
from bot.campaigns.campaign import Campaign
from bot.campaigns.figures import Figures, TransferProblem, figures_of
from bot.carecycle.lenient_parsing import read
from bot.digests.comparison import Delivered
from bot.digests.digest import CampaignFilter
from bot.digests.snapshot import Snapshot
from tests.drivers.markup import NASTY, markup
from tests.samples.any_campaign import campaigns
from tests.samples.cards import assert_slack_takes, shown
from tests.samples.digest_messages import (
    DIGEST,
    EDITION,
    EDITIONS,
    FIRST,
    FRIDAY,
    HISTORY,
    MONDAY,
    at,
    campaign,
    edition_with,
    id_of,
    many,
    snapshot,
)

FORMS = [pytest.param(False, id="rich"), pytest.param(True, id="plain")]


@pytest.mark.parametrize("plain", FORMS)
@pytest.mark.parametrize("edition", EDITIONS.values(), ids=EDITIONS)
def test_slack_takes_every_edition_in_both_forms(edition: Edition, plain: bool) -> None:
    assert_slack_takes(digest_message.message(edition, plain=plain))


@pytest.mark.parametrize("plain", FORMS)
@pytest.mark.parametrize("number", [1, 2, 50, 500])
@given(data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_slack_takes_any_number_of_any_campaigns(number: int, plain: bool, data: st.DataObject) -> None:
    sent = data.draw(st.lists(campaigns(), min_size=2, max_size=6))
    found = [figures_of(read(Campaign, one)[0], with_routing=True) for one in sent]
    now = snapshot(at(23), [found[n % len(found)] for n in range(number)])
    was = snapshot(at(20), [found[(n + 1) % len(found)] for n in range(0, number, 2)])
    edition = edition_with(EDITION, now=now, before=Delivered(at(20), was))
    message = digest_message.message(edition, plain=plain)
    assert_slack_takes(message)
    assert not re.search("SECRET|secret.agent", shown(message))


@pytest.mark.parametrize("plain", FORMS)
def test_every_campaign_is_there_or_counted(plain: bool) -> None:
    message = digest_message.message(many(500), plain=plain)
    if plain:
        listed = len(re.findall(r"(?<! total) calls \(", shown(message)))
    else:
        listed = next(len(block["rows"]) - 1 for block in message.blocks if block["type"] == "data_table")  # type: ignore[arg-type] # rows are a list
    more = re.search(r"and (\d+) more, (\w+) of them need", shown(message))
    assert more is not None
    assert listed + int(more[1]) == 500


def test_the_names_of_255_characters_leave_fewer_rows_and_the_rest_is_counted() -> None:
    long = [campaign("🎉" * 127 + f" {n}", 10**14 + n, 10**14, 10**14) for n in range(100)]
    message = digest_message.message(edition_with(EDITION, now=snapshot(at(23), long)))
    assert_slack_takes(message)
    rows = next(len(block["rows"]) for block in message.blocks if block["type"] == "data_table")  # type: ignore[arg-type] # rows are a list
    assert f"and {101 - rows} more" in shown(message)


def chart_of(edition: Edition) -> Any:
    return next(
        (block for block in digest_message.message(edition).blocks if block["type"] == "data_visualization"), None
    )


def test_calls_are_drawn_from_the_third_delivery_on_the_last_fourteen() -> None:
    assert chart_of(edition_with(EDITION, history=HISTORY[:1]))["title"].startswith("Customers by status")
    drawn = chart_of(edition_with(EDITION, history=HISTORY[:2]))
    assert drawn["chart"]["series"][0]["data"][-1] == {"label": "Mon, Nov 23", "value": 151}
    long = tuple((at(day), day) for day in range(1, 23))
    labels = chart_of(edition_with(EDITION, history=long))["chart"]["axis_config"]["categories"]
    assert (len(labels), labels[0], labels[-1]) == (14, "Tue, Nov 10", "Mon, Nov 23")


def test_a_delivery_whose_calls_are_not_known_is_not_drawn_as_none() -> None:
    unknown = (*HISTORY[:3], (at(19), None), (at(20), -5))
    labels = chart_of(edition_with(EDITION, history=unknown))["chart"]["axis_config"]["categories"]
    assert labels == ["Mon, Nov 16", "Tue, Nov 17", "Wed, Nov 18", "Mon, Nov 23"]


def test_several_deliveries_a_day_are_told_apart_by_their_times() -> None:
    twice = tuple((at(day, hour), day) for day in (19, 20) for hour in (9, 14))
    labels = chart_of(edition_with(EDITION, history=twice))["chart"]["axis_config"]["categories"]
    assert labels[:2] == ["Nov 19, 9:00 AM", "Nov 19, 2:00 PM"]


@pytest.mark.parametrize(
    "one",
    [
        pytest.param(Figures("x"), id="no-data"),
        pytest.param(Figures("x", states={"pending": 0}), id="nobody"),
        pytest.param(Figures("x", states={"pending": -5, "failed": 9}), id="impossible"),
        pytest.param(Figures("x", states={"pending": 10**40}), id="beyond-json"),
    ],
)
def test_there_is_no_chart_without_data(one: Figures) -> None:
    assert chart_of(edition_with(FIRST, now=snapshot(at(23), [one]))) is None


def test_states_are_of_the_six_largest() -> None:
    drawn = chart_of(edition_with(many(50, before=False), history=()))
    assert drawn["title"] == "Customers by status, the 6 largest"
    assert len(drawn["chart"]["axis_config"]["categories"]) == 6
    assert chart_of(edition_with(FIRST, options=CardOptions(hidden=frozenset({"states"})))) is None


@given(NASTY)
@settings(max_examples=100, deadline=None)
def test_nothing_in_a_name_mentions_links_or_formats(nasty: str) -> None:
    def drawn(name: str, plain: bool) -> Message:
        now = [
            replace(one, name=f"{name}{n}", findings=(TransferProblem("x", "off", name),))
            for n, one in enumerate(MONDAY)
        ]
        was = [replace(one, name=f"{name}{n}") for n, one in enumerate(FRIDAY[1:])]
        edition = edition_with(
            EDITION,
            digest=replace(DIGEST, name=name, choice=CampaignFilter(status=name, words=name)),
            now=Snapshot(at(23), at(23).date(), {**snapshot(at(23), now).campaigns}, {id_of(9): name}),
            before=Delivered(at(20), snapshot(at(20), was)),
        )
        return digest_message.message(edition, plain=plain)

    text = f"{nasty}x"
    for plain in (False, True):
        assert markup(drawn(text, plain)) == markup(drawn("x", plain))
        assert json.dumps(drawn(text, plain).blocks)
