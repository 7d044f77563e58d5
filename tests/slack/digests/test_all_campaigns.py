"""The window *All N campaigns*: numbers of that delivery, pages, orders, and who may see it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from blocks import kit
from blocks.digests.all_campaigns import ORDER, Page
from blocks.digests.buttons import CAMPAIGNS
from bot.campaigns.figures import Figures
from bot.digests.digest import Delivery, Digest
from bot.digests.snapshot import Snapshot, pack
from bot.insight.assessment import Assessment
from bot.store import deliveries, posting
from bot.store.deliveries import Packed
from playground.slack.workspace import BOT_ID, Modal
from playground.world import World
from tests.conftest import MakeWorld
from tests.drivers.digest_forms import GUEST, MEMBER, OTHER, OWNER, ROOM, TEAM, made, press_in, still
from tests.drivers.judged_accounts import judged, now
from tests.drivers.slash_command import finished, press, said
from tests.drivers.workspaces import HARBOR
from tests.samples.assessments import assessed, kinds

DUE = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)  # Fri, 09:00 in New York


def figures(number: int, calls: int = 0) -> Figures:
    states = {"completed": number, "failed": number % 10, "pending": 500 - number, "in_progress": 0}
    return Figures(f"Campaign {number:03}", "active", 600, 1000 + calls, 0, states)


def id_of(number: int) -> str:
    """The id of the campaign with this number."""
    return f"{number:03}00000-6276-4993-bfeb-53cbbbba6f08"


async def sent(
    here: World,
    digest: Digest,
    some: Iterable[Figures],
    days: int = 0,
    missing: Mapping[str, str] | None = None,
    left: Mapping[str, str] | None = None,
) -> str:
    """A delivery that showed these campaigns, so many days before Friday; its run."""
    due = DUE - timedelta(days=days)
    run = f"{digest.id}:{due:%Y-%m-%dT%H:%M}-0500"
    campaigns = {id_of(int(one.name[-3:])): one for one in some}
    row = Delivery(run, digest.id, TEAM, "scheduled", due, due, "due", digest.channel_id, token="t", try_at=due)
    assert await deliveries.add(here.bot.db, row, DUE + timedelta(days=9))
    packed = Packed(pack(Snapshot(due, date(2026, 11, 20), campaigns, missing or {}, left=left or {})), None)
    assert await begin(here, row, packed)
    assert await deliveries.sent(here.bot.db, row, "1.1", due)
    return run


async def begin(here: World, row: Delivery, packed: Packed) -> bool:
    """Mark it as being posted, whatever it was compared with."""
    for seen in (None, DUE - timedelta(days=1)):
        if await posting.begin(here.bot.db, row, packed, seen):
            return True
    return False


async def opened(here: World, digest: Digest, run: str, *, user: str = OWNER, channel: str = ROOM) -> Modal:
    """Press *All campaigns* under a digest, and return the window."""
    row = kit.actions(kit.button("All campaigns", CAMPAIGNS, value=f"{digest.id} {run}"))
    message = here.slack.workspace.post(channel, BOT_ID, "Morning digest", blocks=[dict(row)])
    await press(here, message, "All campaigns", user=user)
    return here.slack.modals_of(user)[-1]


async def choose(here: World, modal: Modal, run: str, order: str) -> None:
    """Choose another order."""
    block = next(one for one in modal.view["blocks"] if one["type"] == "actions")
    (menu,) = [one for one in block["elements"] if one["action_id"] == ORDER]
    option = next(one for one in menu["options"] if one["value"] == Page(run, order).value())
    await here.slack.press_in(modal, {**menu, "block_id": block["block_id"], "selected_option": option})
    await finished(here)


def order_of(modal: Modal) -> list[int]:
    """The numbers of the campaigns, in the order in which they are shown."""
    words = said(modal.view).split("*Campaign ")[1:]
    return [int(one[:3]) for one in words]


async def test_it_shows_the_numbers_of_that_delivery_with_their_age(make_world: MakeWorld) -> None:
    here, _ = await still(make_world)
    digest = await made(here)
    await sent(here, digest, [figures(1), figures(2)], days=1)
    run = await sent(here, digest, [figures(1, calls=7), figures(2, calls=30), figures(3)])
    modal = await opened(here, digest, run)
    words = said(modal.view)
    assert "*Morning digest*  ·  3 campaigns, all active" in words
    assert "*Campaign 002*  ·  30 calls\\n2 completed · 2 failed · 498 left" in words
    assert "*Campaign 003*  ·  – calls  ·  new here\\n3 completed" in words
    assert "Nov 20, 2:00 PM UTC" in words
    assert "no longer kept" not in words
    assert order_of(modal) == [2, 1, 3]


async def test_who_left_since_the_delivery_before_stands_at_its_end_by_name(make_world: MakeWorld) -> None:
    """However many there are, nobody leaves a digest without being named somewhere."""
    here, _ = await still(make_world)
    digest = await made(here)
    await sent(here, digest, map(figures, range(60)), days=1)
    run = await sent(here, digest, map(figures, range(50)), left={id_of(59): "paused", id_of(58): "completed"})
    modal = await opened(here, digest, run)
    assert "No longer here" not in said(modal.view)
    await press_in(here, modal, "More ▶")
    words = said(modal.view).partition("*No longer here since ")[2]
    assert [int(one[:3]) for one in words.split("Campaign ")[1:]] == list(range(50, 60))
    assert "Campaign 057\\nCampaign 058  ·  🏁 Completed\\nCampaign 059  ·  ⏸️ Paused" in words


async def test_what_could_not_be_read_is_counted_without_what_was_deleted(make_world: MakeWorld) -> None:
    here, _ = await still(make_world)
    digest = await made(here)
    gone = {id_of(7): "CampaignNotFound", id_of(8): "Unavailable", id_of(9): "RateLimited"}
    run = await sent(here, digest, [figures(1)], missing=gone)
    assert "2 campaigns could not be read then and are not here." in said((await opened(here, digest, run)).view)


async def test_each_says_its_status_where_they_have_several(make_world: MakeWorld) -> None:
    here, _ = await still(make_world)
    digest = await made(here)
    paused = replace(figures(2), status="paused")
    words = said((await opened(here, digest, await sent(here, digest, [figures(1), paused]))).view)
    assert "*Campaign 001*  ·  1,000 calls  ·  🟢 Active" in words
    assert "*Campaign 002*  ·  1,000 calls  ·  ⏸ Paused" in words.replace("⏸️", "⏸")
    assert ", all " not in words


async def test_a_select_puts_them_into_another_order(make_world: MakeWorld) -> None:
    here, _ = await still(make_world)
    digest = await made(here)
    run = await sent(here, digest, [figures(11), figures(29), figures(3)])
    modal = await opened(here, digest, run)
    assert "calls in total" in said(modal.view)
    for order, wanted in (("name", [3, 11, 29]), ("left", [3, 11, 29]), ("failed", [29, 3, 11])):
        await choose(here, modal, run, order)
        assert order_of(modal) == wanted


async def test_what_needs_a_person_comes_first_with_a_mark_and_the_age_of_that(make_world: MakeWorld) -> None:
    here, time = await still(make_world, read_every=15)
    digest = await made(here)
    run = await sent(here, digest, [figures(1), figures(2), figures(3), figures(4)])
    read = now(time)
    known = kinds(read)
    found = {id_of(2): assessed("Campaign 002", known["failed"], at=read), id_of(1): assessed("Campaign 001", at=read)}
    found[id_of(3)] = assessed("Campaign 003", known["past-end"], at=read)
    await judged(here, Assessment(read, found))
    modal = await opened(here, digest, run)
    assert order_of(modal) == [1, 2, 3, 4]  # as many calls each: by name
    await choose(here, modal, run, "needs")
    assert order_of(modal) == [2, 3, 1, 4]
    words = said(modal.view)
    assert [f"⚠️ *Campaign 00{number}*" in words for number in range(1, 5)] == [False, True, True, False]
    assert "⚠️ needs a person, as of " in words


async def test_five_hundred_campaigns_can_all_be_reached(make_world: MakeWorld) -> None:
    here, _ = await still(make_world)
    digest = await made(here)
    run = await sent(here, digest, map(figures, range(500)))
    modal = await opened(here, digest, run)
    await choose(here, modal, run, "name")
    found = order_of(modal)
    while "More ▶" in said(modal.view):
        await press_in(here, modal, "More ▶")
        found += order_of(modal)
    assert found == list(range(500))
    await press_in(here, modal, "◀ Back")
    assert order_of(modal) == list(range(440, 480))


async def test_when_its_numbers_are_no_longer_kept_the_newest_are_shown_and_it_says_so(make_world: MakeWorld) -> None:
    here, _ = await still(make_world)
    digest = await made(here)
    gone = f"{digest.id}:2026-01-02T09:00-0500"
    assert "The numbers of *Morning digest* are no longer kept." in said((await opened(here, digest, gone)).view)
    await sent(here, digest, [figures(1)])
    words = said((await opened(here, digest, gone)).view)
    assert "⚠️ The numbers of that one are no longer kept. These are of the newest one." in words
    assert "Campaign 001" in words


@pytest.mark.parametrize("user", [MEMBER, GUEST])
async def test_everybody_of_the_company_sees_it_in_its_channel_and_nobody_elsewhere(
    make_world: MakeWorld, user: str
) -> None:
    here, _ = await still(make_world)
    digest = await made(here)
    run = await sent(here, digest, [figures(1)])
    assert "Campaign 001" in said((await opened(here, digest, run, user=user)).view)
    elsewhere = await opened(here, digest, run, user=user, channel=OTHER)
    assert "That digest is gone" in said(elsewhere.view)
    assert "Campaign 001" not in said(elsewhere.view)


async def test_people_of_another_company_see_nothing(make_world: MakeWorld) -> None:
    here, time = await still(make_world)
    digest = await made(here)
    run = await sent(here, digest, [figures(1)])
    here.slack.workspace.people[MEMBER].team_id = HARBOR
    time.move(301)
    modal = await opened(here, digest, run, user=MEMBER)
    assert "Campaign 001" not in said(modal.view)
    assert "Only people at the company that uses this app" in said(modal.view)


async def test_a_page_that_no_window_made_is_refused(make_world: MakeWorld) -> None:
    here, _ = await still(make_world)
    digest = await made(here)
    run = await sent(here, digest, map(figures, range(50)))
    modal = await opened(here, digest, run)
    for value in ("", "x y 0", f"{run} name -1"):
        block = modal.view["blocks"][-1]
        button = {"type": "button", "action_id": "campaigns.more", "block_id": block["block_id"], "value": value}
        await here.slack.press_in(modal, button)
        await finished(here)
    assert "made by an older version" in said(here.slack.modals_of(OWNER)[-1].view)
