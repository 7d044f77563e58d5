"""Readings belong to a careCycle account: another key's account begins anew, and the first one finds its own again."""

from pydantic import SecretStr

from playground.carecycle import HARBOR_KEY, PLAYGROUND_KEY, CareCycle
from playground.world import World
from tests.conftest import AEP, Clockwork, MakeWorld
from tests.drivers.workspaces import HARBOR, OWNERS, SUNRISE, connect, many


async def _connects(here: World, time: Clockwork, key: str) -> None:
    """A manager sets this key, and was told when it is another account's."""
    time.move(900)
    workspace = await here.bot.workspaces.of(SUNRISE)
    account = await workspace.prove(SecretStr(key))
    await workspace.connect(SecretStr(key), OWNERS[SUNRISE], account)


async def _shown(here: World) -> set[str]:
    """The campaigns that the last reading showed."""
    current = await here.bot.services.assessments.latest(SUNRISE)
    return set(current.assessment.campaigns) if current else set()


async def test_each_account_has_its_own_readings_whatever_key_was_there_meanwhile(make_world: MakeWorld) -> None:
    time = Clockwork()
    here = await many(make_world, time, carecycle=CareCycle())
    await connect(here, SUNRISE)
    read = here.bot.readings.readings.read
    await read(await here.bot.workspaces.of(SUNRISE))
    first = await _shown(here)
    assert AEP in first
    await _connects(here, time, HARBOR_KEY)
    assert await _shown(here) == set()
    await read(await here.bot.workspaces.of(SUNRISE))
    other = await _shown(here)
    assert other
    assert not other & first
    await _connects(here, time, PLAYGROUND_KEY)
    assert await _shown(here) == set()
    time.move(900)
    workspace = await here.bot.workspaces.of(SUNRISE)
    await read(workspace)
    assert await _shown(here) == first
    series = await here.bot.readings.readings.series(workspace, AEP)
    assert series
    assert len(series.read) == 2, "what was read of it before"
    assert await here.bot.services.assessments.latest(HARBOR) is None
