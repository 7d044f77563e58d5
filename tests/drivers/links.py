"""Post links to careCycle as people do, and send Slack's events about them."""

import re
from typing import Any

from bot.clock import Clock
from playground.slack import events
from playground.slack.tokens import Grant
from playground.slack.workspace import Json, Message, SlackWorkspace
from playground.world import World
from tests.conftest import AEP, Clockwork, MakeWorld
from tests.drivers.slash_command import finished

SITE = "https://app.carecycle.ai/campaigns"
LINK = f"{SITE}/{AEP}"
CHANNEL, OTHER_CHANNEL, SHARED = "C02STANDUP", "C01AEP", "C03PARTNER"


def link_to(campaign_id: str) -> str:
    """Return the link to a campaign, as a browser shows it."""
    return f"{SITE}/{campaign_id}"


async def timed(make_world: MakeWorld, **options: Any) -> tuple[World, Clockwork]:
    """Make a world whose time moves only with its Clockwork."""
    time = Clockwork()
    return await make_world(clock=Clock(time.now, time.time), now=time.time, **options), time


async def post(
    here: World, text: str, *, channel: str = CHANNEL, user: str = "U03MEMBER", outside: bool | None = None
) -> Message:
    """Post a message, send Slack's event about its links, and wait until the bot has finished."""
    message = here.slack.workspace_of(channel).post(channel, user, text)
    return await tell(here, message, outside=outside)


async def tell(here: World, message: Message, *, refresh: bool = False, outside: bool | None = None) -> Message:
    """Send Slack's event about a message's links.

    `outside`: what Slack says about people of another company in the channel; None: what fits the channel.
    """
    workspace = here.slack.workspace_of(message.channel)
    found = re.findall(r"https://app\.carecycle\.ai[^\s>|]*", message.text)
    event = events.link_shared(workspace, grant(here, workspace), message, found, refresh=refresh)
    await deliver(here, event if outside is None else {**event, "is_ext_shared_channel": outside})
    return message


async def draft(here: World, *links: str, user: str = "U03MEMBER") -> list[Json]:
    """Paste links into the composer, and return the previews it then shows."""
    workspace, before = here.slack.workspace, len(here.slack.api.unfurls.drafts)
    await deliver(here, events.link_drafted(workspace, grant(here, workspace), user, list(links)))
    return list(here.slack.api.unfurls.drafts.values())[before:]


async def deliver(here: World, event: Json) -> None:
    """Deliver an event, assert that the bot acks it, and wait until the bot has finished."""
    ack = await here.slack.deliver_event(event)
    assert ack.error is None
    await finished(here)


async def open_pane(
    here: World, message: Message, posted: str = LINK, *, user: str = "U03MEMBER", **event: object
) -> Json:
    """Open the pane beside a preview, and return what it shows in the end; empty when nothing."""
    workspace = here.slack.workspace_of(message.channel)
    trigger = here.slack.views.new_trigger(workspace, user)
    told = events.entity_details_requested(workspace, grant(here, workspace), message, user, posted, trigger)
    told["event"] |= event
    here.slack.api.unfurls.panes.clear()
    await deliver(here, told)
    return here.slack.api.unfurls.panes.get(user, {})


def grant(here: World, workspace: SlackWorkspace) -> Grant:
    """Return the bot's grant in a workspace."""
    found = here.slack.tokens.installed(workspace)
    assert found
    return found


def values(entity: Json) -> Json:
    """Return the values of a Work Object's fields, by label."""
    return {field["label"]: field["value"] for field in entity["entity_payload"]["custom_fields"]}


def title(entity: Json) -> str:
    """Return a Work Object's headline."""
    return str(entity["entity_payload"]["attributes"]["title"]["text"])


def unfurls(here: World) -> list[Json]:
    """Return the arguments of each call of `chat.unfurl`, in order."""
    return [args for name, args in here.slack.api.calls if name == "chat.unfurl"]


def outcomes(log_lines: list[Json]) -> list[str]:
    """Return the outcome in each log line about a preview."""
    return [line["outcome"] for line in log_lines if line["event"] == "preview"]
