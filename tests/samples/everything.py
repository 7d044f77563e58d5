"""All samples by name, for docs/messages.md: messages, windows, previews, App Home, outputs of the step, web pages."""

from typing import Any, Final

from blocks.campaigns import workflow_step
from blocks.notices import plain_reason
from blocks.workspace import home
from bot.errors import CampaignNotFound
from bot.slack.install import oauth_pages
from tests.blocks import test_home, test_previews
from tests.conftest import AS_OF, reading
from tests.samples import transfer_states
from tests.samples.cards import BARE, LOOK, MESSAGES, NEEDING, OUTAGE, VIEWS
from tests.samples.texts import MORE, TEXTS

_STEP: Final = {
    "step-outputs": workflow_step.outputs(reading(LOOK)),
    "step-needs-a-person": workflow_step.outputs(reading(LOOK), NEEDING),
    "step-nothing-known": workflow_step.outputs(reading(BARE)),
    "step-stale": workflow_step.outputs(reading(LOOK, problem=OUTAGE)),
    "step-not-found": workflow_step.not_found(plain_reason(CampaignNotFound(), AS_OF)),
}
_PAGES: Final = {
    "page-installed": oauth_pages.installed("Sunrise Benefits", "T01SUNRISE", "A01", "/campaign"),
    **{f"page-{reason}": oauth_pages.not_installed(reason) for reason in (*oauth_pages.REASONS, "other")},
}


def everything() -> dict[str, Any]:
    """Return all samples by name: messages, blocks, values of the step, the HTML of pages, and lines of text."""
    made: dict[str, Any] = {}
    homes = {f"home-{name}": home.view(one) for name, one in test_home.HOMES.items()}
    for some in (
        MESSAGES,
        VIEWS,
        test_previews.WORK_OBJECTS,
        test_previews.MESSAGES,
        homes,
        _STEP,
        _PAGES,
        TEXTS,
        transfer_states.told(),
        MORE,
    ):
        assert not made.keys() & some.keys(), "two samples have the same name"
        made |= some
    return made
