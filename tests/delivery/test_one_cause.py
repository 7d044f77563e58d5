"""One cause is one message: a channel that is gone, or an app that is not let in, is told to each owner once."""

from typing import Any

import pytest

from bot.digests.digest import Digest
from bot.store import audit
from tests.conftest import MakeWorld, text_of
from tests.drivers.digest_deliveries import ADMIN, CHANNEL, MEMBER, OWNER, SUNRISE, Deliveries, delivering
from tests.drivers.slash_command import press


@pytest.fixture
async def there(make_world: MakeWorld, database_options: dict[str, Any]) -> Deliveries:
    return await delivering(make_world, **database_options)


async def three(there: Deliveries) -> list[Digest]:
    """Two digests of one person in the channel, one of another's, and one elsewhere that goes on."""
    owners = {"Mornings": OWNER, "Noon": OWNER, "Theirs": MEMBER}
    return [await there.make(name=name, owner_id=owner) for name, owner in owners.items()]


async def archive(there: Deliveries, digests: list[Digest], count: int = 1) -> None:
    """Archive the channel, and let them fall due."""
    there.world.slack.workspace.archive(CHANNEL)
    await there.at(digests[0])
    for one in digests:
        await there.ended(one, count)


async def test_each_owner_hears_once_of_all_their_digests_in_a_channel_that_is_gone(there: Deliveries) -> None:
    digests = await three(there)
    await archive(there, digests)
    for one in digests:
        (row,) = await there.ledger(one)
        assert (row.state, row.reason) == ("failed", "is_archived")  # also those that another one's failure stopped
        assert (await there.read(one)).pause
    (mine,), (theirs,) = await there.hears(OWNER), await there.hears(MEMBER)
    assert "*Mornings* and *Noon* could not be sent to <#C02STANDUP>: the channel was archived." in mine.text
    assert text_of(mine.blocks).count("Edit") == 3  # a button for each, and the advice that names it
    assert "*Theirs* could not be sent" in theirs.text
    await there.at(digests[0])  # next day: nothing more is tried, and nothing said
    for one in digests:
        newest, _ = await there.ended(one, 2)
        assert (newest.state, newest.reason) == ("skipped", "paused")
    assert (len(there.told(OWNER)), len(there.told(MEMBER))) == (1, 1)
    entries = [one for one in await audit.newest(there.world.bot.db, SUNRISE) if one.action == "digest paused"]
    assert len(entries) == 3


async def test_its_button_resumes_them_all_and_what_fails_again_is_told_again(there: Deliveries) -> None:
    digests = await three(there)
    there.world.slack.workspace.channels[CHANNEL].bot_is_member = False
    await there.at(digests[0])
    for one in digests:
        await there.ended(one)
    (mine,) = await there.hears(OWNER)
    await press(there.world, mine, "Resume")
    assert "*Mornings* goes on" in mine.text
    assert "*Noon* goes on" in mine.text
    assert "Theirs" in mine.text  # its presser is an owner of the workspace
    await there.at(digests[0])
    for one in digests:
        await there.ended(one, 2)
    (_, again), _ = await there.hears(OWNER, 2), await there.hears(MEMBER, 2)
    assert "*Mornings* and *Noon* could not be sent" in again.text
    there.world.slack.workspace.channels[CHANNEL].bot_is_member = True
    await press(there.world, again, "Resume")
    await there.at(digests[0])
    for one in digests:
        assert (await there.ended(one, 3))[0].state == "sent"


async def test_who_may_not_manage_the_others_resumes_their_own(there: Deliveries) -> None:
    digests = [
        await there.make(name=name, owner_id=owner) for name, owner in (("A", MEMBER), ("B", MEMBER), ("C", ADMIN))
    ]
    there.world.slack.workspace.channels[CHANNEL].bot_is_member = False
    await there.at(digests[0])
    for one in digests:
        await there.ended(one)
    (theirs,) = await there.hears(MEMBER)
    await press(there.world, theirs, "Resume", user=MEMBER)
    assert [bool((await there.read(one)).pause) for one in digests] == [False, False, True]


async def test_an_app_that_is_not_let_in_stops_all_and_they_go_on_by_themselves(there: Deliveries) -> None:
    digests = await three(there)
    grants = there.world.slack.tokens.grants.values()
    for grant in grants:
        grant.revoked = True
    await there.at(digests[0])
    for one in digests:
        (row,) = await there.ended(one)
        assert (row.state, row.reason) == ("failed", "not_installed")
        assert (await there.read(one)).pause
    assert (there.told(OWNER), there.told(MEMBER)) == ([], [])
    for grant in grants:
        grant.revoked = False
    await there.at(digests[0])
    for one in digests:
        newest, _ = await there.ended(one, 2)
        assert newest.state == "sent"
        assert (await there.read(one)).pause is None


async def test_when_it_is_let_in_again_the_owner_reads_that_it_goes_on(
    make_world: MakeWorld, database_options: dict[str, Any]
) -> None:
    there = await delivering(make_world, beat=0.5, **database_options)  # nobody else looks for what was put off
    digests = await three(there)
    grants = there.world.slack.tokens.grants.values()
    for grant in grants:
        grant.revoked = True
    await there.at(digests[0])
    for one in digests:
        await there.ended(one)
    for grant in grants:
        grant.revoked = False
    there.time.move(3700)
    (mine,), (theirs,) = await there.hears(OWNER), await there.hears(MEMBER)
    assert "did not let this app post in this workspace, so *Mornings* and *Noon* could not be sent" in mine.text
    assert "It goes on by itself" in theirs.text


async def test_the_new_owner_hears_when_the_owner_has_left(there: Deliveries) -> None:
    digests = [await there.make(name=name, owner_id=MEMBER) for name in ("A", "B")]
    there.world.slack.workspace.people[MEMBER].deleted = True
    await archive(there, digests)
    told = await there.hears(OWNER, 3)  # that each is theirs now, and what stopped them
    assert sorted("could not be sent" in one.text for one in told) == [False, False, True]
    assert there.told(MEMBER) == []
