"""Nothing is asked with a deleted key, and no answer to it is shown, whether or not replicas hear each other."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from typing import Any

import pytest
from pydantic import SecretStr

from bot.campaigns.listing import Listing
from bot.carecycle.rate_limit import Asker
from bot.clock import Clock
from bot.config import Settings
from bot.digests.digest import CampaignFilter
from bot.errors import KeyChanged, NotConnected, StoreUnavailable
from bot.replicas.listener import Listener
from bot.store import notices, profiles
from bot.store.database import Database
from tests.conftest import AEP, Clockwork
from tests.drivers.keyed_replicas import NEW, OLD, KeyedReplica, keyed_replica
from tests.drivers.replicas import until
from tests.samples.store_rows import at, audit_entry, connect


class Ears(Listener):
    """A listener that hears what the test tells it, while `hears`."""

    hears = True

    @property
    def is_sound(self) -> bool:
        return self.hears

    def hear(self, kind: str = notices.KEY, workspace_id: str = "T1") -> None:
        """Hear that another replica changed something."""
        for callback in (*self._callbacks[kind], *self._of_others[kind]):
            callback(workspace_id)


@pytest.fixture
async def ears(db: Database) -> Ears:
    return Ears(db)


@pytest.fixture
async def here(database_settings: Settings, db: Database, ears: Ears) -> AsyncIterator[KeyedReplica]:
    await connect(db, key=OLD)
    async with keyed_replica(database_settings, db, ears) as made:
        yield made


async def replace(db: Database) -> None:
    await connect(db, "T1", at(60), key=NEW)


async def delete(db: Database) -> None:
    await profiles.disconnect(db, audit_entry("disconnected", "T1", at(60)))


async def test_while_changes_are_heard_the_database_is_not_asked_for_the_key(
    here: KeyedReplica, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> SecretStr:
        raise AssertionError("it was asked")

    monkeypatch.setattr(profiles, "read_key", fail)
    assert await here.name() == OLD.get_secret_value()


@pytest.mark.parametrize("hears", [True, False])
async def test_a_snapshot_from_before_goes_on_with_the_new_key(
    here: KeyedReplica, ears: Ears, db: Database, hears: bool
) -> None:
    before = await here.workspaces.of("T1")
    await replace(db)
    ears.hears = hears
    if hears:
        ears.hear()
    assert (await before.campaign(AEP)).campaign.name == NEW.get_secret_value()
    assert (await before.search("")).entries[0].name == NEW.get_secret_value()
    assert (await before.recent_campaigns()).entries[0].name == NEW.get_secret_value()
    assert set(here.asked) == {NEW.get_secret_value()}


@pytest.mark.parametrize("hears", [True, False])
async def test_nothing_is_asked_with_a_deleted_key(here: KeyedReplica, ears: Ears, db: Database, hears: bool) -> None:
    before = await here.workspaces.of("T1")
    await delete(db)
    ears.hears = hears
    if hears:
        ears.hear()
    for asked in (before.campaign(AEP), before.search("words"), before.recent_campaigns()):
        with pytest.raises(NotConnected):
            await asked
    with pytest.raises(KeyChanged):
        await before.campaign(AEP, asker=Asker.BACKGROUND)
    with pytest.raises(KeyChanged):
        await before.digest_figures(CampaignFilter(), 10)
    assert here.asked == []


@pytest.mark.parametrize("hears", [True, False])
@pytest.mark.parametrize("change", [replace, delete])
async def test_an_answer_under_way_is_shown_to_nobody(
    here: KeyedReplica, ears: Ears, db: Database, hears: bool, change: Any
) -> None:
    ears.hears = hears
    here.hold()
    workspace = await here.workspaces.of("T1")
    waiting = [asyncio.ensure_future(here.name()) for _ in range(2)]  # they share one request
    waiting.append(asyncio.ensure_future(_first(workspace.recent_campaigns())))
    digest = asyncio.ensure_future(workspace.digest_figures(CampaignFilter(), 10))
    await here.is_asking()
    await until(lambda: len(here.asked) == 3)
    await change(db)
    if hears:
        ears.hear()
    here.gate.set()
    found = await asyncio.gather(*waiting, return_exceptions=True)
    if change is replace:
        assert found == [NEW.get_secret_value()] * 3
    else:
        assert [type(one) for one in found] == [NotConnected] * 3
    with pytest.raises(KeyChanged):
        await digest
    assert here.asked.count(OLD.get_secret_value()) == 3
    assert workspace.held(AEP) is None
    assert workspace.search_at_hand("").entries == ()


async def _first(asked: Coroutine[Any, Any, Listing]) -> str:
    return (await asked).entries[0].name or ""


async def test_a_key_that_another_workspace_has_too_ends_there_alone(
    here: KeyedReplica, ears: Ears, db: Database
) -> None:
    await connect(db, "T2", key=OLD)
    other, mine = await here.workspaces.of("T2"), await here.workspaces.of("T1")
    await delete(db)
    ears.hear()
    assert (await other.campaign(AEP)).campaign.name == OLD.get_secret_value()
    with pytest.raises(NotConnected):
        await mine.campaign(AEP)


async def test_a_key_from_the_environment_is_never_asked_of_the_database(
    database_settings: Settings, db: Database, ears: Ears, monkeypatch: pytest.MonkeyPatch
) -> None:
    ears.hears = False
    fixed = {"slack_bot_token": SecretStr("xoxb-1"), "carecycle_api_key": OLD}
    monkeypatch.setattr(profiles, "read_key", None)
    async with keyed_replica(database_settings.model_copy(update=fixed), db, ears) as here:
        assert await here.name() == OLD.get_secret_value()


async def test_while_the_database_is_away_requests_go_on_but_not_with_a_key_that_was_changed(
    here: KeyedReplica, ears: Ears, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> SecretStr:
        raise StoreUnavailable

    before = await here.workspaces.of("T1")
    monkeypatch.setattr(profiles, "read_key", away)
    monkeypatch.setattr(profiles, "read", away)
    ears.hears = False
    assert (await before.campaign(AEP)).campaign.name == OLD.get_secret_value()
    ears.hear()
    with pytest.raises(KeyChanged):
        await before.campaign(AEP, asker=Asker.BACKGROUND)
    assert len(here.asked) == 1


async def test_what_was_missed_is_read_anew(here: KeyedReplica, ears: Ears, db: Database) -> None:
    before = await here.workspaces.of("T1")
    await replace(db)
    for callback in ears._missed:
        callback()
    assert (await before.campaign(AEP)).campaign.name == NEW.get_secret_value()
    assert (await here.workspaces.of("T1")).connection != before.connection


async def test_requests_without_a_listener_share_one_question_that_began_after_they_did(
    here: KeyedReplica, ears: Ears, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ears.hears = False
    workspace = await here.workspaces.of("T1")
    assert workspace.connection
    read, begun, may_end = profiles.read_key, list[int](), asyncio.Event()

    async def slowly(db: Database, workspace_id: str) -> SecretStr | None:
        begun.append(1)
        found = await read(db, workspace_id)
        await asyncio.wait_for(may_end.wait(), 30)
        return found

    monkeypatch.setattr(profiles, "read_key", slowly)
    keys = workspace.resources.keys
    first = asyncio.ensure_future(keys.need("T1", workspace.connection))
    await until(lambda: bool(begun))
    await asyncio.sleep(0.05)  # its answer is on its way
    await delete(db)
    later = [asyncio.ensure_future(keys.need("T1", workspace.connection)) for _ in range(5)]
    await asyncio.sleep(0.01)
    may_end.set()
    await first
    assert [type(one) for one in await asyncio.gather(*later, return_exceptions=True)] == [KeyChanged] * 5
    assert len(begun) == 2


@pytest.mark.parametrize("database_options", ["postgresql"], indirect=True)
async def test_what_one_replica_changes_the_other_knows_at_once(database_settings: Settings, db: Database) -> None:
    time = Clockwork()
    await connect(db, key=OLD)
    listener = Listener(db)
    listener.start()
    clock = Clock(time.now, time.time)
    try:
        async with (
            keyed_replica(database_settings, db, listener, clock) as here,
            keyed_replica(database_settings, db, Listener(db), clock) as there,
        ):
            await until(lambda: listener.is_sound)
            assert await here.name() == OLD.get_secret_value()
            changing = await there.workspaces.of("T1")
            await changing.disconnect("U1")
            await until(lambda: (known := here.workspaces.known("T1")) is not None and known.connection is None)
            with pytest.raises(NotConnected):
                await here.name()
    finally:
        await listener.close()
