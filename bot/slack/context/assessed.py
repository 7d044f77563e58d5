"""The last assessment of a workspace's account, for cards. Nobody waits for it: it is read beside the answer."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from zoneinfo import ZoneInfo

from bot.errors import Busy, StoreUnavailable
from bot.insight.assessment import ZONE, Current
from bot.insight.days import CallingDay, calling_days
from bot.slack.context.interaction import Interaction
from bot.slack.context.services import Services

_DAYS_WITHIN = 1.0  # seconds: a modal and a preview's pane open within about three


def assessed(interaction: Interaction) -> Current | None:
    """Return the assessment in memory, unless it is too old to say how campaigns are doing. Send no query.

    Where it may not be the last one, have that read for the next card.
    """
    services, workspace_id = interaction.services, interaction.workspace.id
    current, may_be_old = services.assessments.glance(workspace_id)
    if may_be_old:
        with suppress(Busy):
            services.tasks.start(_read(services, workspace_id))
    return _if_new(current, services)


async def newest(services: Services, workspace_id: str) -> Current | None:
    """Return the last assessment, unless it is too old, or the database does not answer."""
    try:
        return _if_new(await services.assessments.latest(workspace_id), services)
    except StoreUnavailable:
        return None


def read_beside(interaction: Interaction) -> None:
    """Have the last assessment read, while other work goes on, unless it is in memory."""
    assessed(interaction)


async def last_days(interaction: Interaction, campaign_id: str) -> Sequence[CallingDay]:
    """Return the last calling days of a campaign. Empty without readings, or when reading them takes too long."""
    services, workspace = interaction.services, interaction.workspace
    try:
        async with asyncio.timeout(_DAYS_WITHIN):
            series = await services.readings.series(workspace, campaign_id)
    except (StoreUnavailable, TimeoutError):
        return ()
    if series is None:
        return ()
    current = services.assessments.known(workspace.id)
    zone = ZoneInfo(current.assessment.zone if current else ZONE)
    return await asyncio.to_thread(calling_days, series, services.clock.now(), zone)


def _if_new(current: Current | None, services: Services) -> Current | None:
    return None if current and current.assessment.is_stale(services.clock.now()) else current


async def _read(services: Services, workspace_id: str) -> None:
    with suppress(StoreUnavailable):
        await services.assessments.latest(workspace_id)
