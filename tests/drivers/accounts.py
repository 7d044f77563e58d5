"""Make careCycle accounts: with campaigns of certain names, or with more than one page of them."""

from typing import Any

from playground.carecycle import CareCycle
from playground.world import World
from tests.conftest import MakeWorld

LISTS = "/v2/campaigns"


def campaign(number: int, name: str, **more: Any) -> dict[str, Any]:
    """One campaign; of a higher number it was changed later."""
    changed = f"2026-{1 + number // 1000:02d}-{1 + number % 1000 // 60:02d}T00:{number % 60:02d}:00Z"
    return {"id": id_of(number), "name": name, "status": "active", "updatedAt": changed} | more


def id_of(number: int) -> str:
    """The id of the campaign of this number."""
    return f"{number:08x}-0000-4000-8000-0000000000ff"


async def named(make_world: MakeWorld, *names: str, **options: Any) -> World:
    """A small account of campaigns of these names."""
    made = [campaign(number, name) for number, name in enumerate(names)]
    return await make_world(carecycle=CareCycle(made), **options)


async def large(make_world: MakeWorld, *old: dict[str, Any], count: int = 250, **options: Any) -> World:
    """`count` active campaigns called `Outreach NUMBER`, and others that were changed before all of those."""
    made = [campaign(2000 + number, f"Outreach {number}") for number in range(count)]
    return await make_world(carecycle=CareCycle([*old, *made]), **options)


def lists(here: World) -> list[dict[str, str]]:
    """The queries of the requests for lists."""
    assert here.carecycle
    return [dict(request.query) for request in here.carecycle.requests if request.path == LISTS]
