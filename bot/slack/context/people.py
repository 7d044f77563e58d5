"""Who somebody is in their Slack workspace: managers see and do more."""

from dataclasses import dataclass

import structlog
from cachetools import TTLCache
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.errors import NotAllowed
from bot.slack.reply.errors import SLACK_TROUBLE, slack_word
from bot.workspaces.workspace import Workspace

_log = structlog.get_logger("slack")
_REMEMBERED = 5 * 60.0  # seconds; somebody who stops being an admin keeps the view for so long at most
_ASK = 5  # people to ask, at most


@dataclass(frozen=True, slots=True)
class Membership:
    """What Slack says of somebody: `ours`: of this workspace or its organization; `member`: of it itself, no guest.

    `active`: not deactivated. `zone`: the IANA time zone that person lives in; empty where Slack does not say.
    """

    ours: bool
    member: bool
    admin: bool
    active: bool = True
    zone: str = ""


class People:
    """Standing by workspace and person, asked of Slack once in five minutes."""

    def __init__(self, clock: Clock) -> None:
        self._known: TTLCache[tuple[str, str], Membership] = TTLCache(50_000, _REMEMBERED, timer=clock.monotonic)

    async def is_manager(self, client: AsyncWebClient, workspace: Workspace, user_id: str) -> bool:
        """An admin or owner, or somebody a manager named; no when Slack does not say."""
        return _manages(await self.standing(client, workspace, user_id), workspace, user_id)

    async def need_manager(self, client: AsyncWebClient, workspace: Workspace, user_id: str) -> None:
        """Raises NotAllowed, which says who to ask, for everybody else."""
        who = await self.standing(client, workspace, user_id)
        if who is None:
            raise NotAllowed(unsure=True)
        if not _manages(who, workspace, user_id):
            raise NotAllowed(who_to_ask(workspace, user_id))

    async def standing(self, client: AsyncWebClient, workspace: Workspace, user_id: str) -> Membership | None:
        """What Slack says; None when it does not answer."""
        if (known := self._known.get((workspace.id, user_id))) is not None:
            return known
        try:
            return await self.standing_now(client, workspace, user_id)
        except SLACK_TROUBLE as error:
            _log.warning("users.info failed", error=slack_word(error))
            return None

    async def standing_now(self, client: AsyncWebClient, workspace: Workspace, user_id: str) -> Membership:
        """The same, whatever is remembered; raises of SLACK_TROUBLE."""
        user = (await client.users_info(user=user_id)).get("user") or {}
        grid = user.get("enterprise_user") or {}
        teams = {user.get("team_id"), grid.get("enterprise_id"), *(grid.get("teams") or ())}
        here = workspace.id in teams  # in a shared channel: not the other company's people
        ours = here or (workspace.enterprise_id is not None and workspace.enterprise_id in teams)
        guest = user.get("is_restricted") or user.get("is_ultra_restricted") or user.get("is_stranger")
        full = here and not guest and not user.get("deleted") and not user.get("is_bot")
        admin = full and bool(user.get("is_admin") or user.get("is_owner"))
        found = Membership(ours, full, admin, active=not user.get("deleted"), zone=str(user.get("tz") or ""))
        self._known[workspace.id, user_id] = found
        return found

    def forget(self, workspace: Workspace, user_id: str) -> None:
        """Slack knows this person no more."""
        self._known.pop((workspace.id, user_id), None)


def who_to_ask(workspace: Workspace, user_id: str) -> tuple[str, ...]:
    """People other than this one who can do what managers can, as far as they are known here."""
    connected = workspace.connection.connected_by if workspace.connection else None
    known = [*sorted(workspace.profile.managers), *((connected,) if connected else ())]
    return tuple(one for one in dict.fromkeys(known) if one != user_id)[:_ASK]


def _manages(who: Membership | None, workspace: Workspace, user_id: str) -> bool:
    return who is not None and (who.admin or (who.member and user_id in workspace.profile.managers))
