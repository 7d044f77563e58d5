"""PostgreSQL accepts and never answers: every ack comes in time, from memory or with a notice, and it recovers soon."""

import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from blocks.digests.form_fields import NAME, ZONE
from bot import cached
from bot.store import installations
from playground.slack.deliveries import Payload
from playground.slack.workspace import Modal
from playground.world import World
from tests.conftest import AEP, Clockwork, MakeWorld
from tests.drivers import digest_forms
from tests.drivers import every_way_in as surfaces
from tests.drivers.fault_proxy import FaultProxy, postgres_proxy
from tests.drivers.modals import close_all, opened
from tests.drivers.slash_command import ask_one, finished, said
from tests.drivers.workspaces import HARBOR, SUNRISE, advance, kept, send, tell, two_connected, typed
from tests.samples.store_rows import installation

pytestmark = pytest.mark.parametrize("database_options", ["postgresql"], indirect=True)
LONG = 12.0  # seconds; who waits for the database itself waits 30 s here
NOTICE = "cannot reach its own database"
Sent = list[tuple[str, str, Payload]]


@pytest.fixture
def proxy(database_options: dict[str, Any]) -> Iterator[FaultProxy]:
    """Put a proxy in front of the database."""
    with postgres_proxy(database_options["database_url"]) as (database_options["database_url"], found):
        yield found
        found.thaw()


@pytest.fixture
async def here(
    proxy: FaultProxy, make_world: MakeWorld, database_options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[World]:
    """Sunrise and Harbor, connected. Slack waits for acks as long as it takes a busy machine. The proxy ends last."""
    here = await two_connected(make_world, Clockwork(), **database_options)
    monkeypatch.setattr(here.slack.deliveries, "_patience", LONG)
    yield here
    proxy.thaw()
    await finished(here)


@contextmanager
def noting(here: World) -> Iterator[Sent]:
    """Yield what Slack delivers to the bot in the block."""
    sent: Sent = []
    deliveries = here.slack.deliveries
    deliver = deliveries.deliver

    async def note(what: str, kind: str, payload: Payload) -> Any:  # Any: an ack
        sent.append((what, kind, payload))
        return await deliver(what, kind, payload)

    deliveries.deliver = note  # type: ignore[method-assign]  # until the block ends
    yield sent
    del deliveries.deliver


async def _digests(here: World, _: str) -> object:
    """Fill in the form of a digest, which is refused, and use the list. No digest: its deliveries would hang, too."""
    modal: Modal = await digest_forms.form(here)
    await digest_forms.change(here, modal, ZONE, "Europe/Berlin")
    await digest_forms.press_in(here, modal, "Preview")
    close_all(here)
    modal = await digest_forms.form(here)
    await digest_forms.save(here, modal, {NAME: f"cc_live_{AEP}"})
    assert NAME in modal.errors
    close_all(here)
    return await digest_forms.listed(here)


async def _settings(here: World, _: str) -> object:
    modal = await opened(here, "settings")
    await here.slack.submit(modal, {})
    await finished(here)
    close_all(here)
    return modal


WAYS = (
    *(surfaces.searched, surfaces.paged, surfaces.offered, surfaces.menu, surfaces.mentioned, surfaces.previewed),
    *(surfaces.pane, surfaces.in_thread, surfaces.home, surfaces.compared, _digests, _settings),
)


@pytest.mark.parametrize("memory", ["stale", "empty"])
async def test_no_way_in_waits_for_it_before_its_ack(
    here: World, proxy: FaultProxy, monkeypatch: pytest.MonkeyPatch, memory: str
) -> None:
    with noting(here) as sent:
        for way in WAYS:
            await way(here, SUNRISE)
    monkeypatch.setattr(cached, "_RENEWED_WITHIN", 0.05)
    monkeypatch.setattr(cached, "_LOADED_WITHIN", 0.1)
    advance(here, 31)
    if memory == "empty":
        here.bot.services.authorize.forget(SUNRISE)
        here.bot.workspaces.forget(SUNRISE)
    proxy.freeze()
    for what, kind, payload in sent:
        began = time.perf_counter()
        ack = await here.slack.deliveries.deliver(what, kind, payload)
        assert time.perf_counter() - began < LONG, what
        if memory == "stale" or kind != "events_api":
            assert ack.error is None, what
        else:
            assert ack.error == "dispatch_failed", "Slack sends an event again that is answered 503"
        if memory == "empty" and kind == "slash_commands":
            assert NOTICE in str(ack.body), what
    assert {kind for _, kind, _ in sent} == {"slash_commands", "interactive", "events_api"}


async def test_commands_cost_nothing_while_it_hangs_and_work_soon_after(
    here: World, proxy: FaultProxy, real_limits: None
) -> None:
    teams = [f"T8{number}" for number in range(8)]
    for team in teams:
        await installations.save(here.bot.db, installation(team))
    asked = [typed(here, SUNRISE, "help") | {"team_id": team} for team in teams]
    for one in asked:
        assert "shows this" in str(await send(here, one))
    advance(here, 31)
    proxy.freeze()
    began = time.perf_counter()
    for number in range(100):
        assert "shows this" in str(await send(here, asked[number % 8])), "the answer is in the ack"
    assert time.perf_counter() - began < LONG, "four seconds each, if each waited for token and workspace"
    assert NOTICE in str(await send(here, typed(here, SUNRISE, "help") | {"team_id": "T9"}))
    proxy.thaw()
    advance(here, 5.1)
    assert "AEP Outreach 2026" in said(await ask_one(here, AEP))


async def test_a_workspace_that_leaves_meanwhile_is_forgotten_when_slack_tells_again(
    here: World, proxy: FaultProxy
) -> None:
    proxy.freeze()
    events = await here.slack.uninstall(HARBOR, deliver=False)
    assert [await tell(here, event) for event in events] == [503] * len(events)
    proxy.thaw()
    await finished(here)
    assert [await tell(here, event) for event in events] == [200] * len(events)
    assert await kept(here, HARBOR) <= {"audit"}
    assert "installations" in await kept(here, SUNRISE)
