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
    """As a browser shows it."""
    return f"{SITE}/{campaign_id}"


async def timed(make_world: MakeWorld, **options: Any) -> tuple[World, Clockwork]:
    """A world in which time moves only when told to."""
    time = Clockwork()
    return await make_world(clock=Clock(time.now, time.time), now=time.time, **options), time


async def post(
    here: World, text: str, *, channel: str = CHANNEL, user: str = "U03MEMBER", outside: bool | None = None
) -> Message:
    """Somebody posts a message; Slack tells of the links in it, and the bot does what it does."""
    message = here.slack.workspace_of(channel).post(channel, user, text)
    return await tell(here, message, outside=outside)


async def tell(here: World, message: Message, *, refresh: bool = False, outside: bool | None = None) -> Message:
    """Slack tells of a message's links; `outside`: what it says of people of another company being there."""
    workspace = here.slack.workspace_of(message.channel)
    found = re.findall(r"https://app\.carecycle\.ai[^\s>|]*", message.text)
    event = events.link_shared(workspace, grant(here, workspace), message, found, refresh=refresh)
    await deliver(here, event if outside is None else {**event, "is_ext_shared_channel": outside})
    return message


async def draft(here: World, *links: str, user: str = "U03MEMBER") -> list[Json]:
    """Somebody pastes links into the composer; what it shows then."""
    workspace, before = here.slack.workspace, len(here.slack.api.unfurls.drafts)
    await deliver(here, events.link_drafted(workspace, grant(here, workspace), user, list(links)))
    return list(here.slack.api.unfurls.drafts.values())[before:]


async def deliver(here: World, event: Json) -> None:
    """An event reaches the bot, which acks it and does what it does."""
    ack = await here.slack.deliver_event(event)
    assert ack.error is None
    await finished(here)


async def open_pane(
    here: World, message: Message, posted: str = LINK, *, user: str = "U03MEMBER", **event: object
) -> Json:
    """Somebody opens the pane beside a preview; what it shows in the end."""
    workspace = here.slack.workspace_of(message.channel)
    trigger = here.slack.views.new_trigger(workspace, user)
    told = events.entity_details_requested(workspace, grant(here, workspace), message, user, posted, trigger)
    told["event"] |= event
    here.slack.api.unfurls.panes.clear()
    await deliver(here, told)
    return here.slack.api.unfurls.panes.get(user, {})


def grant(here: World, workspace: SlackWorkspace) -> Grant:
    """The bot's right there."""
    found = here.slack.tokens.installed(workspace)
    assert found
    return found


def values(entity: Json) -> Json:
    """A Work Object's fields, by their labels."""
    return {field["label"]: field["value"] for field in entity["entity_payload"]["custom_fields"]}


def title(entity: Json) -> str:
    """A Work Object's headline."""
    return str(entity["entity_payload"]["attributes"]["title"]["text"])


def unfurls(here: World) -> list[Json]:
    """The calls of `chat.unfurl`, in order."""
    return [args for name, args in here.slack.api.calls if name == "chat.unfurl"]


def outcomes(log_lines: list[Json]) -> list[str]:
    """What the log says of previews, one line each."""
    return [line["outcome"] for line in log_lines if line["event"] == "preview"]
