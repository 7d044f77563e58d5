"""What people are told when digests stop: also when whoever noted it died, and never twice."""

import asyncio
from typing import Any

import pytest

from bot.delivery.notifications import Notifications
from bot.delivery.recipients import AnyAlert
from bot.digests.digest import Digest
from bot.store import alerts, owner_alerts, stops
from playground.carecycle import HARBOR_KEY
from tests.conftest import MakeWorld, text_of
from tests.drivers.digest_deliveries import MEMBER, OWNER, SUNRISE, Deliveries, delivering
from tests.drivers.slash_command import press

GRACE = 5.0  # seconds


@pytest.fixture
async def there(make_world: MakeWorld, database_options: dict[str, Any]) -> Deliveries:
    made = await delivering(make_world, many=True, **database_options)
    await made.world.slack.connect()
    return made


async def noted(there: Deliveries) -> Digest:
    """A digest that waits for its workspace's key: whoever noted that died before a word was said of it."""
    digest = await there.make()
    await died(there)
    assert await stops.stop_for_key(there.world.bot.db, SUNRISE, there.time.now()) == 1
    return digest


async def waiting(there: Deliveries) -> list[AnyAlert]:
    """What is to be told by now."""
    db, now = there.world.bot.db, there.time.now()
    return [*await alerts.due(db, now), *await owner_alerts.due(db, now)]


async def died(there: Deliveries) -> None:
    """The scheduler ran, and does no more."""
    scheduler = there.world.bot.scheduler
    async with asyncio.timeout(15):
        while not scheduler._workers:  # noqa: ASYNC110 - the scheduler tells nobody
            await asyncio.sleep(0.02)
    await scheduler.kill()


async def restarted(there: Deliveries) -> None:
    """Until the scheduler has looked for what is untold, and there is nothing that it may tell by now."""
    scheduler = there.world.bot.scheduler
    await scheduler.stop(GRACE)
    await scheduler.start()
    async with asyncio.timeout(15):
        while not scheduler._workers or await waiting(there):  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.02)
    await scheduler.stop(GRACE)


def telling(there: Deliveries) -> Notifications:
    return there.world.bot.notifications


async def test_what_somebody_who_died_did_not_tell_is_told_once(there: Deliveries) -> None:
    await noted(there)
    for _ in range(2):
        await restarted(there)
    assert len(there.told(OWNER)) == 1
    assert "all other digests here wait" in text_of(there.told(OWNER)[0].blocks)


async def test_of_many_who_find_it_one_tells_it(there: Deliveries) -> None:
    await noted(there)
    await asyncio.gather(*(telling(there).tell() for _ in range(5)))
    assert len(there.told(OWNER)) == 1


async def test_what_was_mended_meanwhile_is_not_told(there: Deliveries) -> None:
    await noted(there)
    await there.world.slack.connect(HARBOR_KEY)
    await restarted(there)
    assert there.told(OWNER) == []


async def test_what_slack_surely_did_not_take_is_told_later(there: Deliveries) -> None:
    digest = await noted(there)
    there.world.slack.faults.set("messages_limited", times=1)
    await restarted(there)
    assert there.told(OWNER) == []
    await restarted(there)  # it is not time yet
    assert there.told(OWNER) == []
    there.time.move(61)
    await restarted(there)
    assert len(there.told(OWNER)) == 1
    assert (await there.read(digest)).pause


async def test_while_slack_refuses_the_token_it_stays_to_be_told_for_an_hour(there: Deliveries) -> None:
    await noted(there)
    grants = there.world.slack.tokens.grants.values()
    for grant in grants:
        grant.revoked = True
    await restarted(there)
    for grant in grants:
        grant.revoked = False
    there.time.move(3599)
    await restarted(there)
    assert there.told(OWNER) == []
    there.time.move(2)
    await restarted(there)
    assert len(there.told(OWNER)) == 1


async def test_who_is_told_that_digests_wait_for_the_key_can_set_a_new_one(there: Deliveries) -> None:
    await noted(there)
    await restarted(there)
    (told,) = there.told(OWNER)
    await press(there.world, told, "Connect a new key")
    assert there.world.slack.workspace.stack(OWNER)


@pytest.mark.parametrize("fault", ["answer_is_500", "answer_lost"])
async def test_what_slack_may_have_taken_is_not_repeated(there: Deliveries, fault: str) -> None:
    await noted(there)
    there.world.slack.faults.set(fault, times=1)
    for _ in range(2):
        await restarted(there)
        there.time.move(3600)
    assert len(there.told(OWNER)) == 1


async def test_a_stop_in_the_middle_lets_it_come_to_its_end(there: Deliveries) -> None:
    await noted(there)
    await begun(there)
    await there.world.bot.scheduler.stop(GRACE)
    assert len(there.told(OWNER)) == 1


async def test_a_death_in_the_middle_is_the_one_that_is_not_repeated(there: Deliveries) -> None:
    await noted(there)
    await begun(there)
    await there.world.bot.scheduler.kill()
    there.world.slack.faults.set("none")
    await restarted(there)
    assert len(there.told(OWNER)) <= 1
    assert await waiting(there) == []


async def test_without_its_owner_who_takes_it_over_is_told(
    make_world: MakeWorld, database_options: dict[str, Any]
) -> None:
    there = await delivering(make_world, beat=0.5, many=True, **database_options)  # the second is told beside the first
    await there.world.slack.connect()
    await there.make(owner_id=MEMBER)
    await died(there)
    await stops.stop_for_key(there.world.bot.db, SUNRISE, there.time.now())
    there.world.slack.workspace.people[MEMBER].deleted = True
    await restarted(there)
    assert there.told(MEMBER) == []
    assert ["digests here wait" in one.text for one in there.told(OWNER)] == [
        False,
        True,
    ]  # first, that it is theirs now


async def begun(there: Deliveries) -> None:
    """Somebody tells it, and waits for Slack, which is slow."""
    there.world.slack.faults.set("web_api_slow")
    await there.world.bot.scheduler.start()
    async with asyncio.timeout(15):
        while await waiting(there):  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.02)
