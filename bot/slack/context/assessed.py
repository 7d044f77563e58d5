"""The last assessment of a workspace's account, for cards. Nobody waits for it: it is read beside the answer."""

from contextlib import suppress

from bot.errors import Busy, StoreUnavailable
from bot.insight.assessment import Current
from bot.slack.context.interaction import Interaction
from bot.slack.context.services import Services


def assessed(interaction: Interaction) -> Current | None:
    """Return the assessment in memory, unless it is too old to say how campaigns are doing. Send no query.

    Where it may not be the last one, have that read for the next card.
    """
    read_beside(interaction)
    services = interaction.services
    current = services.assessments.known(interaction.workspace.id)
    is_late = current is not None and services.clock.now() - current.assessment.at > services.assessed_within
    return None if is_late else current


def read_beside(interaction: Interaction) -> None:
    """Have the last assessment read, while other work goes on, unless it is in memory."""
    services, workspace_id = interaction.services, interaction.workspace.id
    if services.assessments.may_be_old(workspace_id):
        with suppress(Busy):
            services.tasks.start(_read(services, workspace_id))


async def _read(services: Services, workspace_id: str) -> None:
    with suppress(StoreUnavailable):
        await services.assessments.latest(workspace_id)
