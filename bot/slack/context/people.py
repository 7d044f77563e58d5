"""Find out who a person is in their Slack workspace: managers may see and do more."""

import asyncio
import time
from collections.abc import AsyncIterator, Collection
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import structlog
from cachetools import TTLCache
from slack_sdk.web.async_client import AsyncWebClient

from blocks import formats
from blocks.formats import Format
from bot.campaigns.readable_text import readable
from bot.clock import Clock
from bot.records import Role
from bot.slack.reply.errors import SLACK_TROUBLE, slack_word
from bot.slack.reply.limited import is_logged
from bot.slack.reply.payload import Payload
from bot.workspaces.workspace import Workspace

_log = structlog.get_logger("slack")
_REMEMBERED = 5 * 60.0  # seconds; a former admin reads what admins may for this long at most
_SAYS_WITHIN = 1.0  # seconds for Slack to say who a person is; an ack takes two at most (`ACK_WITHIN`)
_ASK = 5  # people to ask, at most
_PEOPLE, _PAGES = 200, 10  # per page, and pages searched for an admin: 2,000 people
_LEADS = 5  # owners and admins of each page who are checked, at most
_FORMATS, _FORMATS_KEPT = 20_000, 24 * 3600.0  # people; seconds, since Slack does not tell this app of a changed locale


@dataclass(frozen=True, slots=True)
class Membership:
    """What Slack says about a person."""

    ours: bool  # of this workspace or its organization
    member: bool  # a full member of this workspace: no guest, no bot, not deactivated
    admin: bool  # a full member who is an admin or an owner
    active: bool = True  # not deactivated
    zone: str = ""  # IANA time zone; empty when Slack does not say
    name: str = ""  # as Slack shows it; empty when Slack does not say


class People:
    """The memberships of people, asked of Slack and remembered for five minutes, and how they write numbers and dates.

    What is remembered is for showing. Whoever changes something asks for what Slack says `since` the request came.

    Slack says how people write with every membership, and it is remembered for a day.
    """

    def __init__(self, clock: Clock) -> None:
        # With the moment at which Slack was asked, by `time.perf_counter`.
        self._known: TTLCache[tuple[str, str], tuple[float, Membership]]
        self._known = TTLCache(50_000, _REMEMBERED, timer=clock.monotonic)
        self._admins: TTLCache[str, str] = TTLCache(10_000, _REMEMBERED, timer=clock.monotonic)  # by workspace id
        self._formats: TTLCache[tuple[str, str], Format] = TTLCache(_FORMATS, _FORMATS_KEPT, timer=clock.monotonic)
        self._asked: TTLCache[tuple[str, str], bool] = TTLCache(_FORMATS, _REMEMBERED, timer=clock.monotonic)

    def format_of(self, workspace: Workspace, user_id: str) -> Format | None:
        """Return how the person writes numbers and dates, or None when it is not known. Nobody is asked."""
        return self._formats.get((workspace.id, user_id))

    def begin_asking(self, workspace: Workspace, user_id: str) -> bool:
        """Return whether to `learn_format` now. Return False for the next five minutes, in which it is under way."""
        begins = (workspace.id, user_id) not in self._asked
        self._asked[workspace.id, user_id] = True
        return begins

    async def learn_format(self, client: AsyncWebClient, workspace: Workspace, user_id: str) -> None:
        """Ask Slack how the person writes numbers and dates. When it does not say, nothing is remembered.

        Their membership is not remembered, so that nobody has rights for longer because of this.
        """
        with suppress(*SLACK_TROUBLE):
            self._keep_format(workspace, user_id, await _user(client, user_id))

    def known(self, workspace: Workspace, user_id: str) -> Membership | None:
        """Return the person's membership if it is remembered. Never ask Slack."""
        return held[1] if (held := self._known.get((workspace.id, user_id))) else None

    async def first_admin(self, client: AsyncWebClient, workspace: Workspace, but: Collection[str] = ()) -> str | None:
        """Return the first owner or admin Slack lists who is none of `but`, or None. Raise an error of SLACK_TROUBLE.

        Each is checked: Slack also lists other companies' people.
        """
        if (known := self._admins.get(workspace.id)) is not None and known not in but:
            return known
        async for person in _leads(client, workspace.id):
            who = None if person in but else await self.remembered(client, workspace, person)
            if manages(who, workspace, person):
                self._admins.setdefault(workspace.id, person)
                return person
        return None

    async def remembered(self, client: AsyncWebClient, workspace: Workspace, user_id: str) -> Membership | None:
        """Return the person's membership, which may be five minutes old, or None when Slack does not answer."""
        return self.known(workspace, user_id) or await self._asked_for(client, workspace, user_id)

    async def membership(
        self, client: AsyncWebClient, workspace: Workspace, user_id: str, *, since: float
    ) -> Membership | None:
        """Return the membership as Slack says it `since` then (`time.perf_counter`), or None when it does not in time.

        It is asked once for everything that one request needs.
        """
        held = self._known.get((workspace.id, user_id))
        if held and held[0] >= since:
            return held[1]
        return await self._asked_for(client, workspace, user_id, within=_SAYS_WITHIN)

    async def _asked_for(
        self, client: AsyncWebClient, workspace: Workspace, user_id: str, within: float | None = None
    ) -> Membership | None:
        try:
            async with asyncio.timeout(within):
                return await self.membership_now(client, workspace, user_id)
        except SLACK_TROUBLE as error:
            if not is_logged(error):
                _log.warning("users.info failed", error=slack_word(error))
            return None

    async def membership_now(self, client: AsyncWebClient, workspace: Workspace, user_id: str) -> Membership:
        """Ask Slack for the membership even when it is remembered. Raise one of SLACK_TROUBLE."""
        asked = time.perf_counter()
        user = await _user(client, user_id)
        self._keep_format(workspace, user_id, user)
        grid = user.get("enterprise_user") or {}
        teams = {user.get("team_id"), grid.get("enterprise_id"), *(grid.get("teams") or ())}
        here = workspace.id in teams  # False for the other company's people in a shared channel
        ours = here or (workspace.enterprise_id is not None and workspace.enterprise_id in teams)
        guest = user.get("is_restricted") or user.get("is_ultra_restricted") or user.get("is_stranger")
        full = here and not guest and not user.get("deleted") and not user.get("is_bot")
        admin = full and bool(user.get("is_admin") or user.get("is_owner"))
        zone, name = str(user.get("tz") or ""), _name(user)
        found = Membership(ours, full, admin, active=not user.get("deleted"), zone=zone, name=name)
        self._known[workspace.id, user_id] = asked, found
        return found

    def _keep_format(self, workspace: Workspace, user_id: str, user: Payload) -> None:
        self._formats[workspace.id, user_id] = formats.of(str(user.get("locale") or ""), str(user.get("tz") or ""))

    def forget(self, workspace: Workspace, user_id: str) -> None:
        """Forget what is remembered about a person."""
        self._known.pop((workspace.id, user_id), None)


def who_to_ask(workspace: Workspace, user_id: str) -> tuple[str, ...]:
    """Return up to five other people to ask: named managers, then the person who connected careCycle."""
    connected = workspace.connection.connected_by if workspace.connection else None
    known = [*sorted(workspace.profile.managers), *((connected,) if connected else ())]
    return tuple(one for one in dict.fromkeys(known) if one != user_id)[:_ASK]


async def _user(client: AsyncWebClient, user_id: str) -> Payload:
    """Ask Slack for a person. Raise one of SLACK_TROUBLE."""
    return (await client.users_info(user=user_id, include_locale=True)).get("user") or {}


def role_of(who: Membership, workspace: Workspace, user_id: str) -> Role:
    """Return what this membership makes the person in the workspace."""
    if manages(who, workspace, user_id):
        return "manager"
    return "member" if who.member else "guest" if who.ours else "outsider"


def manages(who: Membership | None, workspace: Workspace, user_id: str) -> bool:
    """Return whether this membership makes the person a manager of the workspace."""
    return who is not None and (who.admin or (who.member and user_id in workspace.profile.managers))


def _name(user: dict[str, Any]) -> str:  # Any: Slack's JSON
    profile = user.get("profile") or {}
    return readable(str(profile.get("display_name") or user.get("real_name") or user.get("name") or ""))


async def _leads(client: AsyncWebClient, workspace_id: str) -> AsyncIterator[str]:
    """Yield up to five owners and admins of each page, of 2,000 people at most. Raise an error of SLACK_TROUBLE."""
    cursor = None
    for _ in range(_PAGES):
        answer = await client.users_list(team_id=workspace_id, limit=_PEOPLE, cursor=cursor)
        people: list[dict[str, Any]] = answer.get("members") or []  # Any: Slack's JSON
        active = [one for one in people if not (one.get("deleted") or one.get("is_bot") or one.get("is_stranger"))]
        leads = [str(one["id"]) for one in active if one.get("is_owner") or one.get("is_admin")]
        for person in leads[:_LEADS]:
            yield person
        cursor = (answer.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return
