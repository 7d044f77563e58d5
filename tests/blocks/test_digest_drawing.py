"""How a digest's message reads, and that Slack takes it."""

import pytest

from blocks.digests import drawing
from blocks.digests.edition import Edition
from tests.samples.cards import assert_slack_takes
from tests.samples.digest_reports import EDITIONS

FORMS = [pytest.param(False, id="rich"), pytest.param(True, id="plain")]


@pytest.mark.parametrize("plain", FORMS)
@pytest.mark.parametrize("edition", EDITIONS.values(), ids=EDITIONS)
def test_slack_takes_every_edition_in_both_forms(edition: Edition, plain: bool) -> None:
    assert_slack_takes(drawing.message(edition, plain=plain))
