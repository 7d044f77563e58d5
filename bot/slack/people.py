"""Who somebody is in their Slack workspace: managers see and do more."""

import structlog
from cachetools import TTLCache
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

_log = structlog.get_logger("slack")
_MINUTES = 5 * 60  # seconds; somebody who stops being an admin keeps the view for so long at most


class People:
    """Roles by workspace and person, asked of Slack once in five minutes."""

    def __init__(self) -> None:
        self._managers: TTLCache[tuple[str, str], bool] = TTLCache(10_000, _MINUTES)

    async def is_manager(self, client: AsyncWebClient, workspace_id: str, user_id: str) -> bool:
        """Whether this person is an admin or owner of the workspace; no when Slack does not say."""
        place = (workspace_id, user_id)
        if (known := self._managers.get(place)) is not None:
            return known
        try:
            user = (await client.users_info(user=user_id)).get("user") or {}
        except (SlackClientError, OSError, TimeoutError) as error:
            _log.warning("users.info failed", error=type(error).__name__)
            return False
        self._managers[place] = bool(user.get("is_admin") or user.get("is_owner"))
        return self._managers[place]
