"""Who somebody is in their Slack workspace: managers see and do more."""

import structlog
from cachetools import TTLCache
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.slack.errors import SLACK_TROUBLE, slack_word

_log = structlog.get_logger("slack")
_REMEMBERED = 5 * 60.0  # seconds; somebody who stops being an admin keeps the view for so long at most


class People:
    """Roles by workspace and person, asked of Slack once in five minutes."""

    def __init__(self, clock: Clock) -> None:
        self._managers: TTLCache[tuple[str, str], bool] = TTLCache(10_000, _REMEMBERED, timer=clock.monotonic)

    async def is_manager(self, client: AsyncWebClient, workspace_id: str, user_id: str) -> bool:
        """Whether this person is an admin or owner of the workspace; no when Slack does not say."""
        place = (workspace_id, user_id)
        if (known := self._managers.get(place)) is not None:
            return known
        try:
            user = (await client.users_info(user=user_id)).get("user") or {}
        except SLACK_TROUBLE as error:
            _log.warning("users.info failed", error=slack_word(error))
            return False
        ours = user.get("team_id") == workspace_id  # in a shared channel: not the other company's admins
        self._managers[place] = ours and bool(user.get("is_admin") or user.get("is_owner"))
        return self._managers[place]
