"""Note that Slack left out events of a workspace, which it says with `app_rate_limited`.

Slack sends at most 30,000 events of a workspace in an hour. It says once a minute that it leaves out the others, in a
signed request of a type of its own, to which nobody subscribes.
"""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import structlog
from cachetools import TTLCache

from bot.errors import Busy, StoreUnavailable
from bot.slack.context.services import Services
from bot.slack.reply.payload import Payload, text
from bot.store import left_out

_REMEMBERED = 3600.0  # seconds; Slack may send the same twice
_BELIEVED = timedelta(days=1)  # a moment further away from now is a mistake
_log = structlog.get_logger("slack")


class LeftOutEvents:
    """Logs it, and writes it down in the background."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._seen: TTLCache[tuple[str, datetime], bool] = TTLCache(10_000, _REMEMBERED, timer=services.clock.monotonic)

    def note(self, body: Payload) -> None:
        """Note it once for a workspace and minute. Wait for nothing: Slack waits for the answer."""
        workspace_id = text(body.get("team_id"))
        minute = _moment(body.get("minute_rate_limited"), self._services.clock.now())
        if not workspace_id or (workspace_id, minute) in self._seen:
            return
        self._seen[workspace_id, minute] = True
        _log.warning("Slack leaves out events", workspace=workspace_id, minute=f"{minute:%H:%M}")
        with suppress(Busy):  # the line is in the log
            self._services.tasks.start(self._write(workspace_id, minute), spare=True)

    async def _write(self, workspace_id: str, minute: datetime) -> None:
        services, own = self._services, self._services.authorize.own
        is_own = own is not None and own.team_id == workspace_id
        try:
            if await left_out.note(services.db, workspace_id, minute, own=is_own):
                services.workspaces.read_anew(workspace_id)  # App Home shows it from now on
        except StoreUnavailable:
            _log.warning("left-out events were not written down", workspace=workspace_id)


def _moment(given: object, now: datetime) -> datetime:
    """Return the minute that Slack names, or the one of now when it names none that could be."""
    with suppress(TypeError, ValueError, OverflowError, OSError):
        if isinstance(given, int) and abs((named := datetime.fromtimestamp(given, UTC)) - now) < _BELIEVED:
            return named
    return now.replace(second=0, microsecond=0)
