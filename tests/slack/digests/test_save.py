"""The window after saving a digest: *Send now* in it, for a new one too."""

from blocks.digests.send_now import ALL, TO
from bot.store import deliveries
from playground.slack.workspace import Json, Message, Modal
from playground.world import World
from tests.conftest import button
from tests.drivers.digest_forms import MEMBER, OWNER, ROOM, form, kept, made, option, save
from tests.drivers.slash_command import finished, said


def send_now(modal: Modal) -> Json:
    return button(Message("", "", "", "", modal.view["blocks"]), "Send now")


async def press(here: World, modal: Modal) -> Modal:
    """Presses it; the window that the person sees then."""
    await here.slack.press_in(modal, send_now(modal))
    await finished(here)
    return here.slack.modals_of(modal.user)[-1]


async def test_a_new_digest_is_sent_at_once_to_whom_the_person_chooses(here: World) -> None:
    modal = await save(here, await form(here, user=MEMBER))
    seen = await press(here, modal)
    await save(here, seen, {TO: option(ALL)})
    (digest,) = await kept(here)
    assert "is on its way to <#C02STANDUP>" in said(seen.view)
    (row,) = await deliveries.history(here.bot.db, digest.id)
    assert (row.kind, row.asked_by, row.channel_id) == ("now", MEMBER, ROOM)
    await here.slack.workspace.until(lambda: any(one.metadata for one in here.slack.workspace.messages))


async def test_one_that_was_deleted_meanwhile_is_not_sent(here: World) -> None:
    modal = await save(here, await form(here))
    (digest,) = await kept(here)
    await here.bot.services.digests.delete(digest, MEMBER)
    assert "deleted" in said((await press(here, modal)).view)
    assert here.slack.workspace.messages == []


async def test_somebody_elses_is_not_sent_from_it(here: World) -> None:
    theirs = await made(here, user=OWNER)
    modal = await save(here, await form(here, user=MEMBER))
    await here.slack.press_in(modal, {**send_now(modal), "value": theirs.id})
    await finished(here)
    assert f"<@{OWNER}>" in said(here.slack.modals_of(MEMBER)[-1].view)
    assert await deliveries.history(here.bot.db, theirs.id) == []
