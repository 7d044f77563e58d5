"""Who leaves a digest's filter is said with what became of it, in every digest of the channel alike."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.digests.digest import CampaignFilter, Digest
from playground.carecycle import CareCycle
from playground.samples import hundreds
from tests.conftest import AEP, MakeWorld, text_of
from tests.drivers.digest_deliveries import Deliveries, delivering

PLANS = CampaignFilter(status="active", words="aep outreach 2026")


@pytest.fixture
async def there(make_world: MakeWorld) -> Deliveries:
    return await delivering(make_world)


def carecycle(there: Deliveries) -> CareCycle:
    assert there.world.carecycle
    return there.world.carecycle


async def delivered(there: Deliveries, *digests: Digest, count: int) -> list[str]:
    """What is said when these, which are due together, are due next."""
    await there.at(digests[0])
    for one in digests:
        assert (await there.ended(one, count))[0].state == "sent"
    return [text_of(message.blocks) for message in there.posted[-len(digests) :]]


def set_status(status: str) -> Callable[[CareCycle], Any]:
    return lambda carecycle: carecycle.campaigns[AEP].update(status=status)


@pytest.mark.parametrize(
    ("leaves", "said"),
    [
        (set_status("paused"), "*AEP Outreach 2026* was paused: 674 of 1,204 finished, 530 waiting"),
        (set_status("completed"), "*AEP Outreach 2026* completed: 674 of 1,204 finished, 530 never reached"),
        (set_status("cancelled"), "*AEP Outreach 2026* was canceled: 674 of 1,204 finished, 530 never reached"),
        (lambda of: of.campaigns.pop(AEP), "*AEP Outreach 2026* was deleted in careCycle: 674 of 1,204 finished"),
        (lambda of: of.campaigns[AEP].update(name="AEP 2027"), "*AEP 2027* no longer fits this digest; it is active"),
    ],
    ids=["paused", "completed", "cancelled", "deleted", "renamed"],
)
async def test_who_left_is_said_once_and_alike_in_two_digests(
    there: Deliveries, leaves: Callable[[CareCycle], Any], said: str
) -> None:
    by_words = await there.make(name="By words", choice=PLANS)
    by_status = await there.make(name="By status", choice=CampaignFilter(words="outreach 2026", status="active"))
    await delivered(there, by_words, by_status, count=1)
    leaves(carecycle(there))
    carecycle(there).requests.clear()
    for message in await delivered(there, by_words, by_status, count=2):
        assert said in message
    singly = [one for one in carecycle(there).requests if one.path.endswith(AEP)]
    assert len(singly) == 1
    for message in await delivered(there, by_words, by_status, count=3):
        assert "AEP" not in message


async def test_what_cannot_be_looked_up_is_said_the_next_time(there: Deliveries) -> None:
    digest = await there.make(choice=CampaignFilter(status="active"), length="condensed")
    await delivered(there, digest, count=1)
    set_status("completed")(carecycle(there))

    def breaks(campaign: dict[str, Any]) -> dict[str, Any]:
        carecycle(there).fault = "server_error"  # for every request after the list
        return campaign

    carecycle(there).life = breaks
    (silent,) = await delivered(there, digest, count=2)
    assert "AEP Outreach 2026" not in silent
    carecycle(there).life, carecycle(there).fault = lambda campaign: campaign, "none"
    (said,) = await delivered(there, digest, count=3)
    assert "*AEP Outreach 2026* completed" in said


async def test_of_many_at_once_all_are_said_with_few_requests(make_world: MakeWorld) -> None:
    """A season's end: the whole list tells what so many requests would."""
    there = await delivering(make_world, many=True, carecycle=CareCycle(hundreds(130)))
    await there.world.slack.connect()
    digest = await there.make(choice=CampaignFilter(status="active"))
    await delivered(there, digest, count=1)
    active = [one for one in carecycle(there).campaigns.values() if one["status"] == "active"]
    assert len(active) > 20
    for one in active:
        one["status"] = "completed"
    carecycle(there).requests.clear()
    (message,) = await delivered(there, digest, count=2)
    assert f"{len(active)} campaigns completed" in message
    assert len(carecycle(there).requests) <= 4
