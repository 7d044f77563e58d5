"""The details modal."""

import pytest
from sqlalchemy import text

from bot.clock import Clock
from playground.carecycle import CareCycle
from playground.slack.workspace import Modal
from playground.world import World
from tests.conftest import AEP, Clockwork, MakeWorld, button
from tests.drivers.modals import close_all
from tests.drivers.slash_command import ask_one, finished, press, said


async def _open(here: World, user: str = "U01OWNER") -> Modal:
    card = await ask_one(here, AEP, user=user)
    await press(here, card, "Details", user=user)
    (modal,) = here.slack.workspace.stack(user)
    return modal


async def test_details_hold_transfers_who_answers_appointments_dialing_dates_and_ids(here: World) -> None:
    words = said((await _open(here)).view)
    for part in ("Transfers", "Who answers", "Appointments", "Dialing", "Dates", "Technical"):
        assert f"*{part}*" in words
    assert "transferConfig.routingConfig.groups[1].agents" in words
    assert "*Group Spanish*: 0 of 2 agents active, ringing in order" in words


@pytest.mark.parametrize(("user", "sees_names"), [("U01OWNER", True), ("U02ADMIN", True), ("U03MEMBER", False)])
async def test_only_managers_see_agents_by_name(here: World, user: str, sees_names: bool) -> None:
    words = said((await _open(here, user)).view)
    assert ("Dana Ruiz" in words) is sees_names
    assert "4 of 6 agents are active" in words


async def test_when_slack_does_not_say_who_somebody_is_names_are_not_shown(here: World) -> None:
    card = await ask_one(here, AEP)
    del here.slack.workspace.people["U02ADMIN"]
    here.slack.workspace.people["U02ADMIN"] = here.slack.workspace.people.pop("U01OWNER")
    here.slack.workspace.people["U01OWNER"] = here.slack.workspace.people["U03MEMBER"]
    await press(here, card, "Details")
    assert "Dana Ruiz" not in said(here.slack.workspace.modals[0].view)


async def test_a_slow_carecycle_gets_a_loading_view_first(make_world: MakeWorld) -> None:
    time = Clockwork()
    carecycle = CareCycle(slow_seconds=1.8)
    here = await make_world(carecycle=carecycle, clock=Clock(time.now, time.time), now=time.time)
    card = await ask_one(here, AEP)
    time.move(60)
    carecycle.fault = "slow"
    await press(here, card, "Details")
    calls = [name for name, _ in here.slack.api.calls if name.startswith("views.")]
    assert calls == ["views.open", "views.update"]
    assert "AEP Outreach 2026" in said(here.slack.workspace.modals[0].view)


async def test_what_went_wrong_is_said_in_the_modal(make_world: MakeWorld) -> None:
    time = Clockwork()
    here = await make_world(clock=Clock(time.now, time.time), now=time.time)
    card = await ask_one(here, AEP)
    time.move(60)
    assert here.carecycle
    here.carecycle.fault = "forbidden"
    await press(here, card, "Details")
    assert "permission to read campaigns" in said(here.slack.workspace.modals[0].view)


async def test_when_slack_will_not_open_it_the_person_is_told_beside_the_card(here: World) -> None:
    card = await ask_one(here, AEP)
    here.slack.faults.set("late_trigger", 1)
    await press(here, card, "Details")
    assert here.slack.workspace.modals == []
    assert "Try again" in said(here.slack.workspace.messages[-1])


async def test_closing_the_loading_view_is_no_error(make_world: MakeWorld) -> None:
    time = Clockwork()
    carecycle = CareCycle(slow_seconds=2.0)
    here = await make_world(carecycle=carecycle, clock=Clock(time.now, time.time), now=time.time)
    card = await ask_one(here, AEP)
    time.move(60)
    carecycle.fault = "slow"
    await here.slack.press(card, button(card, "Details"))
    await here.slack.workspace.until(lambda: bool(here.slack.workspace.modals))
    here.slack.close(here.slack.workspace.modals[0])
    await finished(here)
    assert here.slack.workspace.messages == [card]


async def test_an_admin_of_another_company_is_no_manager_here(here: World) -> None:
    card = await ask_one(here, AEP)
    here.slack.workspace.people["U02ADMIN"].team_id = "T99HARBOR"
    await press(here, card, "Details", user="U02ADMIN")
    (modal,) = here.slack.workspace.stack("U02ADMIN")
    assert "Dana Ruiz" not in said(modal.view)


async def test_details_open_when_the_web_api_is_limited_for_a_moment(here: World) -> None:
    card = await ask_one(here, AEP)
    here.slack.faults.set("web_api_limited", 1)
    await press(here, card, "Details")
    assert len(here.slack.workspace.modals) == 1


async def _read(here: World, calls: int, completed: int) -> None:
    assert here.carecycle
    stats = here.carecycle.campaigns[AEP]["customerStats"]
    stats["totalCalls"], stats["statusCounts"]["completed"] = calls, completed
    await here.bot.services.readings.read(await here.bot.workspaces.of("T01SUNRISE"))


async def test_they_show_the_last_calling_days_once_the_account_was_read_for_some(make_world: MakeWorld) -> None:
    time = Clockwork()  # 4:02 AM in New York
    here = await make_world(clock=Clock(time.now, time.time), now=time.time)
    assert "Last calling days" not in said((await _open(here)).view)
    close_all(here)
    for calls, completed in ((3311, 640), (3411, 650), (3411, 650), (3461, 655), (3461, 655)):
        await _read(here, calls, completed)
        time.move(12 * 3600)
    await _read(here, 3500, 660)
    words = " ".join(said((await _open(here)).view).split())
    assert "Last calling days" in words
    assert "Tue, Nov 24 50 5" in words
    assert "Wed, Nov 25 39 5" in words


async def test_they_open_without_them_when_the_database_is_silent(make_world: MakeWorld) -> None:
    here = await make_world()
    await _read(here, 3311, 640)
    async with here.bot.db.engine.begin() as connection:
        await connection.execute(text("DROP TABLE accounts"))
    assert "*Transfers*" in said((await _open(here)).view)
