"""A key that breaks stops all digests of its workspace with one message, and they go on when it works again."""

import pytest

from playground.carecycle import HARBOR_KEY, PLAYGROUND_KEY
from playground.samples import SUNRISE as ACCOUNT
from playground.slack.workspace import Person
from tests.conftest import MakeWorld, text_of
from tests.drivers.digest_deliveries import ADMIN, MEMBER, OWNER, SUNRISE, Deliveries, delivering
from tests.drivers.slash_command import press


@pytest.fixture
async def there(make_world: MakeWorld) -> Deliveries:
    made = await delivering(make_world, many=True)
    await made.world.slack.connect()
    return made


def revoke(there: Deliveries) -> None:
    assert there.world.carecycle
    del there.world.carecycle.keys[PLAYGROUND_KEY]


async def test_all_wait_and_one_message_says_so(there: Deliveries) -> None:
    digests = [await there.make(name=f"Digest {number}", owner_id=MEMBER) for number in range(3)]
    revoke(there)
    await there.at(digests[0])
    for digest in digests:
        (row,) = await there.ended(digest)
        assert (row.state, row.reason) == ("failed", "key")
        pause = (await there.read(digest)).pause
        assert pause
        assert pause.why == "key"
    await there.world.slack.workspace.until(lambda: len(there.told(OWNER)) == 1)
    assert "digests wait" in text_of(there.told(OWNER)[0].blocks)
    await there.at(digests[0])
    for digest in digests:
        await there.ended(digest, 2)
    assert (len(there.told(OWNER)), there.told(MEMBER), there.posted) == (1, [], [])


async def test_when_carecycle_takes_the_key_again_they_go_on_by_themselves(there: Deliveries) -> None:
    digests = [await there.make(name=f"Digest {number}") for number in range(2)]
    revoke(there)
    await there.at(digests[0])
    for digest in digests:
        await there.ended(digest)
    assert there.world.carecycle
    there.world.carecycle.keys[PLAYGROUND_KEY] = ACCOUNT
    await there.at(digests[0])
    for digest in digests:
        newest, _ = await there.ended(digest, 2)
        assert (newest.state, (await there.read(digest)).pause) == ("sent", None)
    assert len(there.posted) == 2


async def test_a_new_key_mends_them_at_once(there: Deliveries) -> None:
    digest = await there.make()
    revoke(there)
    await there.at(digest)
    await there.ended(digest)
    assert (await there.read(digest)).pause
    await there.world.slack.connect(HARBOR_KEY)
    assert (await there.read(digest)).pause is None


async def test_a_look_up_that_meets_the_broken_key_stops_them_too(there: Deliveries) -> None:
    digest = await there.make()
    revoke(there)
    await there.world.slack.say("/campaign medicare", user=MEMBER, channel="C02STANDUP")
    await there.world.slack.workspace.until(lambda: len(there.told(OWNER)) == 1)
    pause = (await there.read(digest)).pause
    assert pause
    assert pause.why == "key"


async def test_when_who_connected_left_whoever_looks_after_a_digest_is_told(there: Deliveries) -> None:
    there.world.slack.workspace.people["U05"] = Person("U05", "Ben", "member")
    digest = await there.make(owner_id=MEMBER, backup_id="U05")
    for person in (OWNER, MEMBER):
        there.world.slack.workspace.people[person].deleted = True
    revoke(there)
    for count in (1, 2):
        await there.at(digest)
        await there.ended(digest, count)
        (told,) = [one for one in await there.hears("U05", 2) if "careCycle" in one.text]
    assert "A manager creates a new key" in told.text
    assert [there.told(person) for person in (OWNER, MEMBER, ADMIN)] == [[], [], []]
    await press(there.world, told, "Connect a new key", user="U05")
    (window,) = there.world.slack.workspace.stack("U05")
    assert "Ask Ben Okafor to connect" in text_of(window.view["blocks"])


async def test_a_key_that_lacks_a_permission_is_told_to_one_owner_alone(there: Deliveries) -> None:
    digests = [await there.make(name=f"Digest {number}") for number in range(3)]
    assert there.world.carecycle
    there.world.carecycle.fault = "forbidden"
    await there.at(digests[0])
    for digest in digests:
        assert (await there.ended(digest))[0].reason == "key"
    await there.world.slack.workspace.until(lambda: len(there.told(OWNER)) == 1)
    assert "all other digests here wait" in text_of(there.told(OWNER)[0].blocks)


async def test_of_a_key_that_nobody_in_slack_can_change_the_owner_is_told_without_a_button_for_it(
    make_world: MakeWorld,
) -> None:
    there = await delivering(make_world)  # the key is in the environment
    digest = await there.make()
    revoke(there)
    await there.at(digest)
    await there.ended(digest)
    (told,) = await there.hears(OWNER)
    assert "set by the person who set up this app" in told.text
    assert "Connect a new key" not in text_of(told.blocks)


async def test_a_workspace_that_leaves_has_no_digests_any_more(there: Deliveries) -> None:
    digest = await there.make()
    await there.at(digest)
    await there.ended(digest)
    await there.world.slack.uninstall(SUNRISE)
    assert await there.ledger(digest) == []
    there.time.move(24 * 3600)
    there.world.bot.scheduler.wake()
    assert len(there.posted) == 1
