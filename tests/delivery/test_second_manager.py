"""A broken key that is not replaced within a day is told to one more manager, once."""

import asyncio

import pytest

from playground.carecycle import HARBOR_KEY, PLAYGROUND_KEY
from playground.samples import SUNRISE as ACCOUNT
from tests.conftest import MakeWorld, text_of
from tests.drivers.digest_deliveries import ADMIN, DAY, MEMBER, OWNER, Deliveries, delivering
from tests.drivers.slash_command import press


@pytest.fixture
async def there(make_world: MakeWorld) -> Deliveries:
    made = await delivering(make_world, many=True)
    await made.world.slack.connect()
    return made


async def broken(there: Deliveries) -> None:
    """The key breaks, and whoever connected is told."""
    assert there.world.carecycle
    del there.world.carecycle.keys[PLAYGROUND_KEY]
    await there.world.slack.say("/campaign medicare", user=MEMBER, channel="C02STANDUP")
    await there.hears(OWNER)


async def told(there: Deliveries, seconds: float) -> int:
    """Move the time, tell what is due, and return how many messages the other manager has."""
    there.time.move(seconds)
    await asyncio.gather(*(there.world.bot.notifications.tell() for _ in range(4)))
    await there.world.bot.notifications.settle(5)
    return len(there.told(ADMIN))


async def test_one_more_manager_hears_after_a_day_and_once(there: Deliveries) -> None:
    await broken(there)
    assert await told(there, DAY - 60) == 0
    assert await told(there, 120) == 1
    assert await told(there, 3 * DAY) == 1
    (message,) = there.told(ADMIN)
    assert "It was set by <@U01OWNER>, and nobody has replaced it yet" in message.text
    assert (len(there.told(OWNER)), there.told(MEMBER)) == (1, [])
    await press(there.world, message, "Connect a new key", user=ADMIN)
    assert "careCycle key" in text_of(there.world.slack.workspace.stack(ADMIN)[0].view["blocks"])


@pytest.mark.parametrize("how", ["works again", "replaced"])
async def test_of_a_mended_key_nobody_hears_until_it_breaks_again_for_a_day(there: Deliveries, how: str) -> None:
    await broken(there)
    assert there.world.carecycle
    if how == "replaced":
        await there.world.slack.connect(HARBOR_KEY)
    else:
        there.world.carecycle.keys[PLAYGROUND_KEY] = ACCOUNT
        await there.world.slack.say("/campaign medicare", user=MEMBER, channel="C02STANDUP")
    assert await told(there, 2 * DAY) == 0


async def test_a_key_that_breaks_once_more_is_told_once_more(there: Deliveries) -> None:
    await broken(there)
    assert await told(there, DAY + 60) == 1
    assert there.world.carecycle
    there.world.carecycle.keys[PLAYGROUND_KEY] = ACCOUNT
    await there.world.slack.say("/campaign medicare", user=MEMBER, channel="C02STANDUP")
    assert await told(there, 60) == 1
    del there.world.carecycle.keys[PLAYGROUND_KEY]
    there.time.move(120)
    await there.world.slack.say("/campaign turning", user=MEMBER, channel="C02STANDUP")
    await there.hears(OWNER, 2)
    assert await told(there, DAY + 60) == 2


async def test_what_slack_does_not_take_is_told_later(there: Deliveries) -> None:
    await broken(there)
    there.world.slack.faults.set("messages_limited", times=1)
    there.time.move(DAY + 1)
    await there.world.bot.notifications.tell()
    assert there.told(ADMIN) == []
    assert await told(there, 30) == 0
    assert await told(there, 40) == 1


async def test_without_another_manager_nobody_hears_it_twice(there: Deliveries) -> None:
    await broken(there)
    there.world.slack.workspace.people[ADMIN].deleted = True
    assert await told(there, 2 * DAY) == 0
    assert len(there.told(OWNER)) == 1
