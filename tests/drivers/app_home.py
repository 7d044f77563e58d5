"""Open App Home as a person does, and press what is on it."""

from typing import Any

from playground.slack import events
from playground.slack.workspace import Json
from playground.world import World
from tests.drivers.slash_command import finished, said


def told_of_home(here: World, user: str = "U01OWNER", tab: str = "home") -> Json:
    """Return Slack's event for a person who opens a tab of App Home."""
    workspace = _workspace(here, user)
    grant = here.slack.tokens.installed(workspace)
    assert grant
    told = events.app_home_opened(workspace, grant, user)
    told["event"]["tab"] = tab
    return told


async def open_home(here: World, user: str = "U01OWNER") -> str:
    """Open App Home, and return all the text it shows in the end."""
    await here.slack.deliver_event(told_of_home(here, user))
    await finished(here)
    return words_of(here, user)


def words_of(here: World, user: str = "U01OWNER") -> str:
    """Return all the text App Home shows; empty when it was never published."""
    view = _workspace(here, user).homes.get(user)
    return said(view) if view else ""


def looked_up(here: World, user: str = "U01OWNER") -> list[str]:
    """Return the campaign ids of the look-ups App Home shows, from their buttons."""
    return [one["value"] for one in buttons(here, user) if one["action_id"] == "home.open"]


def buttons(here: World, user: str = "U01OWNER") -> list[dict[str, Any]]:
    """Return every button of App Home, ready to be pressed."""
    blocks = _workspace(here, user).homes[user]["blocks"]
    found = [(block, one) for block in blocks for one in (*block.get("elements", ()), block.get("accessory")) if one]
    return [{**one, "block_id": block["block_id"]} for block, one in found if one["type"] == "button"]


def labels(here: World, user: str = "U01OWNER") -> list[str]:
    """Return the labels of all buttons of App Home."""
    return [one["text"]["text"] for one in buttons(here, user)]


async def press_home(here: World, label: str, user: str = "U01OWNER", *, value: str | None = None) -> None:
    """Press the first button with this label (and `value`, if given), and wait until the bot has finished."""
    await begin_press(here, label, user, value=value)
    await finished(here)


async def begin_press(here: World, label: str, user: str = "U01OWNER", *, value: str | None = None) -> None:
    """Press a button as `press_home` does, without waiting."""
    named = (one for one in buttons(here, user) if one["text"]["text"] == label)
    found = next(one for one in named if value in (None, one.get("value")))
    await here.slack.press_home(_workspace(here, user), user, found)


async def search_home(here: World, typed: str, user: str = "U01OWNER", *, block: str = "home.search") -> None:
    """Type into a field of App Home and press Enter, and wait until the bot has finished."""
    workspace = _workspace(here, user)
    (field,) = [one for one in workspace.homes[user]["blocks"] if one["block_id"] == block]
    entered = {**field["element"], "block_id": field["block_id"], "value": typed}
    await here.slack.press_home(workspace, user, entered)
    await finished(here)


def published(here: World) -> int:
    """Return how often the bot published an App Home."""
    return sum(name == "views.publish" for name, _ in here.slack.api.calls)


def _workspace(here: World, user: str) -> Any:
    return next(one for one in here.slack.workspaces.values() if user in one.people)
