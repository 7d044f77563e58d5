"""Ask Slack for the names of channels and people, for operators who do not know ids by heart."""

from collections.abc import Sequence

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.config import Settings
from bot.digests.digest import Digest, is_person
from bot.errors import BotError
from bot.store import installations
from bot.store.database import Database

_MOST = 200  # questions to Slack in one command
_TIMEOUT = aiohttp.ClientTimeout(total=10)
Names = dict[str, str]  # by id; those that Slack does not say are left out


async def of_places(settings: Settings, db: Database, digests: Sequence[Digest]) -> Names:
    """Ask Slack for the names of these digests' channels and owners. An id that Slack does not know has none."""
    wanted = {(one.workspace_id, one.enterprise_id, id_) for one in digests for id_ in (one.channel_id, one.owner_id)}
    names: Names = {}
    async with aiohttp.ClientSession(timeout=_TIMEOUT) as session:
        for workspace, enterprise, id_ in sorted(wanted, key=str)[:_MOST]:
            token = await _token(settings, db, workspace, enterprise)
            client = AsyncWebClient(token=token, base_url=settings.slack_api_url, session=session)
            if token and (name := await _name(client, id_)):
                names[id_] = name
    return names


async def _token(settings: Settings, db: Database, workspace: str, enterprise: str | None) -> str | None:
    """Return the token of an installation, or else the one of the environment, which may be another workspace's."""
    try:
        found = await installations.find(db, workspace, enterprise)
    except BotError:
        found = None
    token = found.bot_token if found else settings.slack_bot_token
    return token.get_secret_value() if token else None


async def _name(client: AsyncWebClient, id_: str) -> str:
    try:
        if is_person(id_):
            person = (await client.users_info(user=id_)).get("user") or {}
            return str(person.get("real_name") or person.get("name") or "")
        channel = (await client.conversations_info(channel=id_)).get("channel") or {}
    except (SlackApiError, aiohttp.ClientError, TimeoutError, OSError):
        return ""
    return f"#{channel['name']}" if channel.get("name") else ""
