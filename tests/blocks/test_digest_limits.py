"""That Slack takes a digest whatever it reports, in every form, and that names in it do nothing."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blocks.digests import message as digest_message
from blocks.digests.edition import Edition
from tests.samples.any_report import editions
from tests.samples.cards import assert_slack_takes
from tests.samples.digest_reports import EDITIONS

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
