"""Use each way in, as the owner of one of two workspaces that have the same campaign id."""

from typing import Any

from blocks.campaigns import search as campaign_search
from playground.slack.workspace import BOT_ID
from playground.world import World
from tests.conftest import AEP
from tests.drivers.links import LINK, open_pane, post
from tests.drivers.slash_command import ask_one, finished, press
from tests.drivers.workspaces import CHANNELS, HARBOR, OWNERS, SUNRISE, advance

MEMBER_OF = {SUNRISE: "C02STANDUP", HARBOR: "C12STANDUP"}


async def searched(here: World, team: str) -> list[Any]:
    """Search with `/campaign aep`, a word that both accounts have."""
    return [await ask_one(here, "aep", user=OWNERS[team], channel=CHANNELS[team])]


async def paged(here: World, team: str) -> list[Any]:
    """Type `/campaign list`."""
    return [await ask_one(here, "list", user=OWNERS[team], channel=CHANNELS[team])]


async def offered(here: World, team: str) -> list[Any]:
    """Return what the search form's select offers, and the modals after submitting an id."""
    workspace, user = here.slack.workspaces[team], OWNERS[team]
    await here.slack.use_shortcut(workspace, user=user)
    await finished(here)
    form = here.slack.modals_of(user)[-1]
    options = await here.slack.suggest(form, campaign_search.PICK, "value", "aep")
    await here.slack.submit(form, {campaign_search.ID: {"value": {"value": AEP}}, campaign_search.WHERE: {"value": {}}})
    await finished(here)
    return [{"blocks": options}, *(modal.view for modal in here.slack.modals_of(user))]


async def menu(here: World, team: str) -> list[Any]:
    """Choose *Show campaigns* in the menu of a message."""
    workspace, user = here.slack.workspaces[team], OWNERS[team]
    message = workspace.post(CHANNELS[team], user, f"what of {AEP}?")
    await here.slack.use_message_shortcut(message, user=user)
    await finished(here)
    return [workspace.messages[-1]]


async def mentioned(here: World, team: str) -> list[Any]:
    """Mention the app in a channel."""
    workspace = here.slack.workspaces[team]
    await here.slack.say(f"<@{BOT_ID}> {AEP}", user=OWNERS[team], channel=MEMBER_OF[team])
    await finished(here)
    return [workspace.messages[-1]]


async def previewed(here: World, team: str) -> list[Any]:
    """Post a link in a channel, and return its previews. Within half an hour there is only one."""
    workspace = here.slack.workspaces[team]
    link = f"https://app.carecycle.ai/campaigns/{AEP}"
    await here.slack.say(link, user=OWNERS[team], channel=MEMBER_OF[team])
    await finished(here)
    held = [one.previews for one in workspace.messages if one.previews]
    return [{"blocks": held}]


async def pane(here: World, team: str) -> list[Any]:
    """Open the pane beside a preview."""
    advance(here, 31 * 60)  # one link gets no second preview before
    message = await post(here, LINK, channel=MEMBER_OF[team], user=OWNERS[team])
    return [{"blocks": await open_pane(here, message, user=OWNERS[team])}]


async def in_thread(here: World, team: str) -> list[Any]:
    """Press *Share in thread* on the card of a message."""
    workspace, user = here.slack.workspaces[team], OWNERS[team]
    message = workspace.post(MEMBER_OF[team], user, f"what of {AEP}?")
    await here.slack.use_message_shortcut(message, user=user)
    await finished(here)
    await press(here, workspace.messages[-1], "Share in thread", user=user)
    shared = workspace.messages[-1]
    assert (shared.thread_ts, shared.ephemeral_for) == (message.ts, None)
    return [shared]


async def home(here: World, team: str) -> list[Any]:
    """Look up a campaign, and open App Home."""
    workspace, user = here.slack.workspaces[team], OWNERS[team]
    await ask_one(here, AEP, user=user, channel=CHANNELS[team])
    await here.slack.open_home(workspace, user=user)
    await finished(here)
    return [workspace.homes[user]]


async def compared(here: World, team: str) -> list[Any]:
    """Compare two campaigns. Both workspaces have one with the id of the first."""
    ids = {SUNRISE: "f5ee8c72-98e6-45b7-a1cd-7be8a7d83351", HARBOR: "8bf6237b-5f6f-4b2c-8c8d-a302158e9c4b"}
    return [await ask_one(here, f"compare {AEP} {ids[team]}", user=OWNERS[team], channel=CHANNELS[team])]
