"""Find a manager to ask, and what a person can do about a careCycle key that is missing or refused."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import StoreUnavailable
from bot.records import Remedy
from bot.slack.context.people import manages, role_of
from bot.slack.context.services import Services
from bot.slack.reply.errors import SLACK_TROUBLE, slack_word
from bot.store import audit, installations
from bot.workspaces.workspace import Workspace

_AT_ONCE = 0.6  # seconds to wait for Slack: first for who the person is, then for whom they can ask
_log = structlog.get_logger("slack")


@dataclass(frozen=True, slots=True)
class Colleague:
    """A manager who can be asked."""

    id: str
    name: str  # as Slack gives it; may be empty


async def remedy_for(services: Services, client: AsyncWebClient, workspace: Workspace, user_id: str) -> Remedy | None:
    """Return what this person can do about the key, or None when Slack does not say at once who they are."""
    try:
        async with asyncio.timeout(_AT_ONCE):
            who = await services.people.remembered(client, workspace, user_id)
    except TimeoutError:
        return None
    if who is None:
        return None
    if (role := role_of(who, workspace, user_id)) != "member":
        return Remedy(role)
    try:
        async with asyncio.timeout(_AT_ONCE):
            found = await manager_to_ask(services, client, workspace, user_id)
    except TimeoutError:
        found = None
    return Remedy("member", found.id, found.name) if found else Remedy("member")


async def manager_to_ask(
    services: Services, client: AsyncWebClient, workspace: Workspace, user_id: str
) -> Colleague | None:
    """Return the manager whom this person can ask to connect careCycle, or None when none is known.

    Named managers come first, then who connected before, who installed the app, and an admin or owner that Slack
    lists. Whoever is no manager (any more) is passed over: they could not connect.
    """
    async for one in _candidates(services, client, workspace):
        who = await services.people.remembered(client, workspace, one)
        if who and one != user_id and manages(who, workspace, one):
            return Colleague(one, who.name)
    return None


async def _candidates(services: Services, client: AsyncWebClient, workspace: Workspace) -> AsyncIterator[str]:
    for named in sorted(workspace.profile.managers):
        yield named
    try:
        if connected := await audit.last_actor(services.db, workspace.id, ("connected", "replaced")):
            yield connected
        installed = await installations.find(services.db, workspace.id, workspace.enterprise_id)
    except StoreUnavailable:  # an admin can be asked as well
        installed = None
    if installed and installed.installed_by:
        yield installed.installed_by
    try:
        if admin := await services.people.first_admin(client, workspace):
            yield admin
    except SLACK_TROUBLE as error:
        _log.warning("users.list failed", error=slack_word(error))
