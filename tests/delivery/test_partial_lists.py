"""A list that could not be read to its end: what is missing is named, and not taken for gone, new or mended."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.digests.digest import CampaignFilter
from playground.carecycle import CareCycle
from playground.samples import hundreds
from tests.conftest import MakeWorld, text_of
from tests.drivers.digest_deliveries import OWNER, Deliveries, delivering

KEPT = ("id", "name", "client")
CAMPAIGNS = [{name: one[name] for name in KEPT if name in one} for one in hundreds(102)]  # none of them needs a look
LAST = CAMPAIGNS[-2:]  # on the second page


@pytest.fixture
async def there(make_world: MakeWorld) -> Deliveries:
    made = await delivering(make_world, many=True, carecycle=CareCycle(CAMPAIGNS), digest_grace=1)
    await made.world.slack.connect()
    return made


def breaks(there: Deliveries, fault: str) -> None:
    """From the second request on: the first one is answered as ever."""
    carecycle = there.world.carecycle
    assert carecycle

    def with_fault(campaign: dict[str, Any]) -> dict[str, Any]:
        carecycle.fault = fault
        return campaign

    carecycle.life = with_fault


def mends(there: Deliveries) -> None:
    carecycle = there.world.carecycle
    assert carecycle
    carecycle.fault, carecycle.life = "none", lambda campaign: campaign


async def delivered(there: Deliveries, digest: Any, change: Callable[[], None], count: int) -> str:
    """What is said when the digest is due next, after this change."""
    change()
    await there.at(digest)
    await there.ended(digest, count)
    mends(there)
    return text_of(there.posted[-1].blocks)


async def test_what_is_missing_twice_is_named_once_and_not_new_when_it_is_back(there: Deliveries) -> None:
    """That the list is not all is said each time."""
    digest = await there.make(choice=CampaignFilter(), length="condensed")
    await delivered(there, digest, lambda: None, 1)
    for count in (2, 3):
        said = await delivered(there, digest, lambda: breaks(there, "rate_limited"), count)
        assert "This is not all." in said
        assert [f"*{one['name']}*" in said for one in LAST] == [count == 2] * 2
        assert "102 campaigns" in said
    said = await delivered(there, digest, lambda: None, 4)
    assert "new" not in said
    assert "This is not all." not in said


async def test_a_named_one_that_is_deleted_is_said_once(there: Deliveries) -> None:
    assert there.world.carecycle
    digest = await there.make(choice=CampaignFilter(ids=tuple(one["id"] for one in LAST)), length="condensed")
    await delivered(there, digest, lambda: None, 1)
    gone = there.world.carecycle.campaigns.pop(LAST[0]["id"])
    for count in (2, 3):
        said = await delivered(there, digest, lambda: None, count)
        assert (f"*{gone['name']}* was deleted" in said) == (count == 2)
        assert "1 campaign" in said


async def test_a_key_that_is_refused_half_way_mends_nothing_and_is_told_once(there: Deliveries) -> None:
    digest = await there.make(choice=CampaignFilter())
    assert there.world.carecycle
    there.world.carecycle.fault = "forbidden"
    await there.at(digest)
    await there.ended(digest)
    await there.hears(OWNER)
    since = (await there.read(digest)).pause
    mends(there)
    breaks(there, "forbidden")
    await there.at(digest)
    assert (await there.ended(digest, 2))[0].reason == "key"
    assert (await there.read(digest)).pause == since
    assert since
    assert len(there.told(OWNER)) == 1
