"""Use digests as a person does: fill in the form, save, use the list and its buttons."""

from typing import Any

from blocks import inputs
from blocks.digests.form_fields import CRON, DAY, DAYS, KIND, OFTEN, PICKS, PLACE, STATUS, ZONE
from bot.clock import Clock
from bot.digests.digest import Digest
from bot.store import digests
from playground.slack import values
from playground.slack.workspace import Json, Message, Modal
from playground.world import World
from tests.conftest import Clockwork, MakeWorld, button
from tests.drivers.modals import close_all, opened
from tests.drivers.slash_command import ask_one, finished, press, said

OWNER, ADMIN, MEMBER, GUEST = "U01OWNER", "U02ADMIN", "U03MEMBER", "U04GUEST"
TEAM, ROOM, OTHER = "T01SUNRISE", "C02STANDUP", "C01AEP"
_OPTIONS = (PLACE, KIND, STATUS, OFTEN, DAY, ZONE)  # fields of which one option is picked
_SEVERAL = (DAYS, PICKS)
_ASKED_FOR = {CRON: "cron", DAYS: "days", DAY: "weekly"}  # fields that are there only for a choice of OFTEN


async def still(make_world: MakeWorld, **options: Any) -> tuple[World, Clockwork]:
    """Make a world whose time moves only with its Clockwork. It is Mon 23 Nov 2026, 04:02 in New York."""
    time = Clockwork()
    return await make_world(clock=Clock(time.now, time.time), now=time.time, **options), time


async def form(here: World, *, user: str = OWNER, channel: str = ROOM) -> Modal:
    """Type `/campaign digest new`, and return the form it opens."""
    return await opened(here, "digest new", user=user, channel=channel)


async def change(here: World, modal: Modal, field: str, wanted: Any) -> None:
    """Pick or type `wanted` in a field of an open form, and wait until the bot has updated the form.

    A field that is there only for a choice of OFTEN is asked for first.
    """
    if field in _ASKED_FOR and field not in [one["block_id"] for one in modal.view["blocks"]]:
        await change(here, modal, OFTEN, _ASKED_FOR[field])
    blocks = modal.view["blocks"]
    block = next(one for one in blocks if one["block_id"] == field)
    action, now = values.chosen([block], inputs.VALUE, _picked(field, wanted), values.initial(blocks))
    await here.slack.press_in(modal, action, values=now)
    await finished(here)


async def save(here: World, modal: Modal, chosen: dict[str, Any] | None = None) -> Modal:
    """Change the `chosen` fields, submit the form, and return the modal afterwards."""
    for field in _ASKED_FOR.keys() & (chosen or {}).keys():
        await change(here, modal, field, (chosen or {})[field])
    await here.slack.submit(modal, state(modal, chosen or {}))
    await finished(here)
    return modal


async def made(here: World, *, user: str = OWNER, channel: str = ROOM, **chosen: Any) -> Digest:
    """Fill in a new form, save it, and return the digest. `chosen` are values by field name, such as `name`."""
    modal = await form(here, user=user, channel=channel)
    await save(here, modal, {f"digest_field.{name}": wanted for name, wanted in chosen.items()})
    assert modal.errors == {}, modal.errors
    assert "is saved" in said(modal.view)
    close_all(here)
    return (await kept(here))[-1]


async def kept(here: World, team: str = TEAM) -> list[Digest]:
    """Return all digests of a workspace, oldest first."""
    found = await digests.of_workspace(here.bot.db, team)
    return sorted(found, key=lambda one: str(one.created_at))


async def listed(here: World, *, user: str = OWNER, channel: str = ROOM) -> Message:
    """Type `/campaign digest`, and return the list."""
    return await ask_one(here, "digest", user=user, channel=channel)


async def press_in(here: World, modal: Modal, label: str, chosen: dict[str, Any] | None = None) -> None:
    """Press a button of an open modal in which the `chosen` fields were changed."""
    found = button(Message("", "", "", "", modal.view["blocks"]), label)
    await here.slack.press_in(modal, found, values=state(modal, chosen or {}))
    await finished(here)


async def opened_by(here: World, message: Message, label: str, *, user: str = OWNER) -> Modal:
    """Press a button in a message, and return the modal it opens."""
    await press(here, message, label, user=user)
    return here.slack.modals_of(user)[-1]


def in_own_messages(here: World, user: str) -> list[Message]:
    return [one for one in here.slack.workspace.messages if one.channel == f"D-{user}"]


async def press_value(here: World, action_id: str, value: str, *, user: str = OWNER, channel: str = ROOM) -> Message:
    """Press a forged button under a message of the bot, and return the last message the person then sees."""
    message = here.slack.workspace_of(channel).post(channel, "U0BOT", "x", ephemeral_for=user)
    forged = {"type": "button", "action_id": action_id, "block_id": "b", "value": value}
    await here.slack.press(message, forged, user=user)
    await finished(here)
    told = here.slack.workspace_of(channel).messages
    return [one for one in told if one.channel == channel and one.ephemeral_for in (None, user)][-1]


def state(modal: Modal, chosen: dict[str, Any]) -> Json:
    """Return the values of a form, with the `chosen` fields changed."""
    blocks = modal.view["blocks"]
    now = values.initial(blocks)
    for field, wanted in chosen.items():
        block = next(one for one in blocks if one["block_id"] == field)
        now = values.chosen([block], inputs.VALUE, _picked(field, wanted), now)[1]
    return now


def fields(modal: Modal) -> list[str]:
    """Return the names of the fields a form shows."""
    return [one["block_id"].removeprefix("digest_field.") for one in modal.view["blocks"] if one["type"] == "input"]


def typed(modal: Modal, field: str) -> Any:
    """Return the value of one text field."""
    return values.initial(modal.view["blocks"])[field][inputs.VALUE]["value"]


def option(value: str) -> Json:
    """Return a picked option with this value."""
    return {"text": {"type": "plain_text", "text": value}, "value": value}


def _picked(field: str, wanted: Any) -> Any:
    if field in _SEVERAL or isinstance(wanted, list):
        return [option(one) for one in wanted]
    return option(wanted) if field in _OPTIONS or field.endswith("length") else wanted
