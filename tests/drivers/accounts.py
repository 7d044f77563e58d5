"""Make careCycle accounts: with campaigns of certain names, or with more than one page of them."""

from typing import Any

from playground.carecycle import CareCycle
from playground.world import World
from tests.conftest import MakeWorld

LISTS = "/v2/campaigns"


def campaign(number: int, name: str, **more: Any) -> dict[str, Any]:
    """Return one campaign as careCycle's API sends it. The higher its number, the later it was changed."""
    changed = f"2026-{1 + number // 1000:02d}-{1 + number % 1000 // 60:02d}T00:{number % 60:02d}:00Z"
    return {"id": id_of(number), "name": name, "status": "active", "updatedAt": changed} | more


def id_of(number: int) -> str:
    """Return the id of the campaign with this number."""
    return f"{number:08x}-0000-4000-8000-0000000000ff"


async def named(make_world: MakeWorld, *names: str, **options: Any) -> World:
    """Make a world with an account of a few campaigns, with these names."""
    made = [campaign(number, name) for number, name in enumerate(names)]
    return await make_world(carecycle=CareCycle(made), **options)


async def large(make_world: MakeWorld, *old: dict[str, Any], count: int = 250, **options: Any) -> World:
    """Make an account of `count` active campaigns named `Outreach NUMBER`, and those of `old`.

    The former have numbers from 2000 on, so a `campaign` with a lower one was changed before all of them.
    """
    made = [campaign(2000 + number, f"Outreach {number}") for number in range(count)]
    return await make_world(carecycle=CareCycle([*old, *made]), **options)


def lists(here: World) -> list[dict[str, str]]:
    """Return the query of each request for a list."""
    assert here.carecycle
    return [dict(request.query) for request in here.carecycle.requests if request.path == LISTS]
