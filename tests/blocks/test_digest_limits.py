"""That Slack takes a digest whatever it reports, in every form, and that names in it do nothing."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blocks.digests import message as digest_message
from blocks.digests.edition import Edition
from bot.digests.digest import CampaignFilter
from bot.digests.report import Change, Group, Moved
from bot.insight.problems import BrokenTransfers
from tests.drivers.markup import NASTY, markup
from tests.samples.any_report import editions
from tests.samples.cards import assert_slack_takes
from tests.samples.digest_reports import DIGEST, EDITION, EDITIONS, REPORT, id_of, row, trouble

FORMS = [pytest.param(False, id="rich"), pytest.param(True, id="plain")]


@pytest.mark.parametrize("plain", FORMS)
@pytest.mark.parametrize("edition", EDITIONS.values(), ids=EDITIONS)
def test_slack_takes_every_edition_in_both_forms(edition: Edition, plain: bool) -> None:
    assert_slack_takes(digest_message.message(edition, plain=plain))


@pytest.mark.parametrize("number", [2, 50, 500])
@given(data=st.data())
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
def test_slack_takes_any_report_of_any_number_in_every_form(number: int, data: st.DataObject) -> None:
    drawn = data.draw(editions(number))
    for message in (
        digest_message.message(drawn),
        digest_message.message(drawn, plain=True),
        digest_message.in_window(drawn),
    ):
        assert_slack_takes(message)


def _named(name: str) -> Edition:
    """Return an edition in which every text that comes from outside is this one."""
    broken = BrokenTransfers("x", "off", f"{name} can take no call")
    here = [row(number, f"{name}{number}") for number in range(3)]
    found = [trouble(number, broken) for number in range(3)]
    troubles = [replace(one, assessed=replace(one.assessed, name=f"{name}{n}")) for n, one in enumerate(found)]
    report = replace(
        REPORT,
        rows=tuple(here),
        changes=(Change(id_of(7), f"{name}7", "status", now=name), Change(id_of(8), f"{name}8", "left", now=name)),
        needs=(Group((troubles[0],)), Group(tuple(troubles[1:]))),
        known=(Group((replace(troubles[0], told=REPORT.since),)),),
        moved=(Moved(id_of(1), f"{name}1", 9),),
        totals=replace(REPORT.totals, reset=(id_of(2),)),
    )
    choice = CampaignFilter(status=name, words=name)
    return replace(EDITION, digest=replace(DIGEST, name=name, choice=choice), report=report, late_why=name)


@given(NASTY)
@settings(max_examples=100, deadline=None)
def test_nothing_in_a_name_mentions_links_or_formats(nasty: str) -> None:
    for plain in (False, True):
        drawn = [digest_message.message(_named(name), plain=plain) for name in (f"{nasty}x", "x")]
        assert markup(drawn[0]) == markup(drawn[1])
