"""What the last reading showed of a campaign stands on its card, whatever way the card is asked for."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, text

from bot.clock import Clock
from bot.insight.assessment import Current, Outlook
from playground.world import World
from tests.conftest import AEP, Clockwork, MakeWorld
from tests.drivers import every_way_in, short_cards
from tests.drivers.messages import mentioned, use_shortcut
from tests.drivers.slash_command import ask_one, press, said
from tests.drivers.workspaces import SUNRISE
from tests.samples.assessments import account, assessed, kinds

PACE, FAILED = "34 calls an hour, as usual", "31 of 90 failed"
_HOUR = timedelta(hours=1)


async def timed(make_world: MakeWorld, **options: Any) -> tuple[World, Clockwork]:
    time = Clockwork()
    return await make_world(clock=Clock(time.now, time.time), now=time.time, **options), time


async def judge(here: World, at: datetime, *problems: str, outlook: Outlook | None = None, **more: Any) -> Current:
    """Store an assessment of the account as a reading would: its first campaign is as usual, with these problems."""
    found = [kinds(at)[name] for name in problems]
    one = assessed("AEP", *found, at=at, outlook=outlook or Outlook(34, 33, at + 75 * _HOUR, at + 77 * _HOUR), **more)
    workspace = await here.bot.workspaces.of(SUNRISE)
    assert workspace.connection
    known = await workspace.resources.accounts.read_with(workspace.address, workspace.connection, [AEP], whole=True)
    assert known
    return await here.bot.services.assessments.save(SUNRISE, account(one, at=at, account=known))


async def test_the_command_shows_pace_and_when_the_list_is_empty(make_world: MakeWorld) -> None:
    here, time = await timed(make_world)
    await judge(here, time.now())
    card = await ask_one(here, AEP)
    assert f"{PACE} · list empty Thursday around 8 AM New York time" in said(card)
    assert f"{PACE} · list empty Thursday around 8 AM" in card.text


async def test_from_the_second_card_on_it_is_in_the_readers_own_zone(make_world: MakeWorld) -> None:
    here, time = await timed(make_world)
    here.slack.workspace.people["U01OWNER"].tz = "America/Los_Angeles"
    await judge(here, time.now())
    assert "Thursday around 8 AM New York time" in said(await ask_one(here, AEP))
    own = said(await ask_one(here, AEP))
    assert "Thursday around 5 AM" in own
    assert "New York" not in own


async def test_without_a_reading_there_is_no_line(here: World) -> None:
    assert "calls an hour" not in said(await ask_one(here, AEP))


async def test_a_reading_from_before_says_its_age_and_an_old_one_nothing(make_world: MakeWorld) -> None:
    here, time = await timed(make_world)
    await judge(here, time.now(), "failed")
    time.move(16 * 60)
    card = said(await ask_one(here, AEP))
    assert PACE in card
    assert "pace and problems as of <!date" in card
    assert FAILED in card
    time.move(105 * 60)  # now it is older than two hours
    later = said(await ask_one(here, AEP))
    assert PACE not in later
    assert FAILED not in later


async def test_a_campaign_somebody_paused_since_has_none_of_it(make_world: MakeWorld) -> None:
    here, time = await timed(make_world)
    await judge(here, time.now(), "failed")
    assert here.carecycle
    here.carecycle.campaigns[AEP]["status"] = "paused"
    card = said(await ask_one(here, AEP))
    assert "Paused" in card
    assert PACE not in card
    assert FAILED not in card


async def searched(here: World) -> str:
    return said(await ask_one(here, "aep outreach"))


async def listed(here: World) -> str:
    await press(here, await ask_one(here, "list"), "Open")
    return said(here.slack.workspace.messages[-1])


async def refreshed(here: World) -> str:
    card = await ask_one(here, AEP)
    await press(here, card, "Refresh")
    return said(card)


async def shared(here: World) -> str:
    await press(here, await ask_one(here, AEP), "Share to channel")
    card = here.slack.workspace.messages[-1]
    assert card.ephemeral_for is None
    return said(card)


async def of_a_message(here: World) -> str:
    return said((await use_shortcut(here, f"what of {AEP}?"))[-1])


async def named_in_a_mention(here: World) -> str:
    return said(await mentioned(here, AEP))


def of(way: Callable[[World, str], Awaitable[list[Any]]]) -> Callable[[World], Awaitable[str]]:
    async def shown(here: World) -> str:
        return " ".join(said(one) for one in await way(here, SUNRISE))

    return shown


async def at_hand(here: World) -> str:
    await ask_one(here, AEP)
    return said(await ask_one(here, AEP))


@pytest.mark.parametrize(
    "way",
    [
        at_hand,
        searched,
        refreshed,
        shared,
        named_in_a_mention,
        of(every_way_in.in_thread),
        of(every_way_in.offered),
        of(every_way_in.previewed),
    ],
)
async def test_every_way_to_a_card_shows_it(make_world: MakeWorld, way: Callable[[World], Awaitable[str]]) -> None:
    here, time = await timed(make_world)
    await judge(here, time.now(), "failed")
    shown = await way(here)
    assert PACE in shown
    assert FAILED in shown


async def test_a_shared_card_keeps_what_it_was_shared_with_and_refresh_renews_it(make_world: MakeWorld) -> None:
    here, time = await timed(make_world)
    await judge(here, time.now())
    card = await ask_one(here, AEP)
    time.move(60)
    await judge(here, time.now(), outlook=Outlook(50, 33))
    time.move(60)
    await press(here, card, "Refresh")
    assert "50 calls an hour, usually 33" in said(card)
    assert "no change since" not in said(card)
    time.move(60)
    await press(here, card, "Refresh")
    assert "no change since" in said(card)


async def test_a_channel_shared_with_another_company_sees_none_of_it(make_world: MakeWorld) -> None:
    here, time = await short_cards.with_inside(make_world)
    await judge(here, time.now(), "failed")
    words = [await way(here, short_cards.PARTNER) for way in (short_cards.share, short_cards.refresh_posted)]
    assert all(map(short_cards.is_short, words))
    assert not [one for one in words if PACE in one or FAILED in one]


async def test_the_one_who_takes_care_is_named(make_world: MakeWorld) -> None:
    here, time = await timed(make_world)
    judged = await judge(here, time.now(), "failed")
    assert judged.assessment.campaigns
    await here.bot.services.assessments.take(SUNRISE, AEP, "U03MEMBER")
    assert "<@U03MEMBER> has been on it since" in said(await ask_one(here, AEP))


@contextmanager
def statements(here: World) -> Iterator[list[str]]:
    """Collect every statement that is sent to the database meanwhile."""
    sent: list[str] = []

    def note(*about: Any) -> None:
        sent.append(about[2])

    engine = here.bot.db.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


async def test_a_card_at_hand_asks_the_database_nothing_and_has_the_next_one_filled(make_world: MakeWorld) -> None:
    here, time = await timed(make_world, cache_seconds=600)
    services = here.bot.services
    await judge(here, time.now())
    await ask_one(here, AEP)
    with statements(here) as sent:
        assert PACE in said(await ask_one(here, AEP))
    assert not [one for one in sent if "assessments" in one]
    services.assessments.forget(SUNRISE)  # as after a restart
    with statements(here) as sent:
        assert PACE not in said(await ask_one(here, AEP))
        assert PACE in said(await ask_one(here, AEP))
        await ask_one(here, AEP)
    assert len([one for one in sent if "FROM assessments" in one]) == 1
    time.move(40)  # now another replica may have written a newer one
    with statements(here) as sent:
        assert PACE in said(await ask_one(here, AEP))
    assert len([one for one in sent if "FROM assessments" in one]) == 1


async def test_where_the_database_does_not_answer_the_card_comes_without_it(make_world: MakeWorld) -> None:
    here, _ = await timed(make_world, cache_seconds=600)
    await ask_one(here, AEP)
    here.bot.services.assessments.forget(SUNRISE)
    async with here.bot.db.engine.begin() as connection:
        await connection.execute(text("DROP TABLE assessments"))
    card = await ask_one(here, AEP)
    assert "1,204" in said(card)
    assert PACE not in said(card)
