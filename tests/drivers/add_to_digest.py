"""Use *Add to a digest* as a person does: digests that exist, the button, the choice."""

from typing import Any

from blocks.digests.add_campaign import PICK
from bot.digests.digest import CampaignFilter, Digest
from bot.digests.timetable import Timetable
from playground.slack.workspace import Message, Modal
from playground.world import World
from tests.conftest import AEP
from tests.drivers.digest_forms import OWNER, ROOM, TEAM, kept, option, save
from tests.drivers.slash_command import ask_one, press

LABEL, MAKE = "Add to a digest", "New digest with this campaign"
PLAN = "f5ee8c72-98e6-45b7-a1cd-7be8a7d83351"  # another campaign


async def keep(here: World, name: str, *ids: str, **more: Any) -> Digest:
    """Save a digest of the owner that lists these campaigns; without ids, one of all active campaigns."""
    choice = CampaignFilter(ids=ids) if ids else CampaignFilter(status="active")
    usual: dict[str, Any] = {"id": f"id-{name}", "workspace_id": TEAM, "channel_id": ROOM, "owner_id": OWNER}
    one = Digest(**{**usual, "name": name, "timetable": Timetable("America/New_York"), "choice": choice, **more})
    return await here.bot.services.digests.save(one, OWNER, new=True)


async def pressed(here: World, *, user: str = OWNER, channel: str = ROOM, card: Message | None = None) -> Modal:
    """Press *Add to a digest* on a card, and return the modal it opens. Without `card`, ask for one first."""
    shown = card or await ask_one(here, AEP, user=user, channel=channel)
    await press(here, shown, LABEL, user=user)
    return here.slack.modals_of(user)[-1]


async def chosen(here: World, modal: Modal, digest: Digest) -> Modal:
    """Choose a digest, submit, and return the modal afterwards."""
    return await save(here, modal, {PICK: option(digest.id)})


def offered(modal: Modal) -> list[str]:
    """Return the names of the digests that can be chosen."""
    fields = [one["element"] for one in modal.view["blocks"] if one["block_id"] == PICK]
    return [one["text"]["text"] for field in fields for one in field["options"]]


async def named(here: World) -> dict[str, tuple[str, ...]]:
    """Return the campaigns that each digest lists, by the digest's name."""
    return {one.name: one.choice.ids for one in await kept(here)}
