"""The App Home: refreshed when it is opened, quick, and with a button where something can be done."""

from typing import Any

from bot.clock import Clock
from playground.carecycle import CareCycle
from playground.samples import samples
from playground.world import World
from tests.conftest import AEP, Clockwork, MakeWorld
from tests.drivers.app_home import (
    begin_press,
    buttons,
    looked_up,
    open_home,
    press_home,
    published,
    told_of_home,
    words_of,
)
from tests.drivers.modals import Gate, carecycle_of, close_all, press_in
from tests.drivers.slash_command import ask_one, finished, said

MEMBER = "U03MEMBER"


async def test_it_says_what_the_command_understands(here: World) -> None:
    shown = await open_home(here)
    for line in ("`/campaign help`", "`/campaign settings`", "`/campaign connect`"):
        assert line in shown


async def test_the_messages_tab_is_another(here: World) -> None:
    await here.slack.deliver_event(told_of_home(here, tab="messages"))
    await finished(here)
    assert published(here) == 0


async def test_an_event_that_slack_tells_of_again_is_not_heard(here: World) -> None:
    event = told_of_home(here)
    for _ in range(3):
        await here.slack.deliver_event(event)
        await finished(here)
    assert published(here) == 1


async def test_when_all_is_in_memory_it_is_published_once_and_nothing_is_asked(here: World) -> None:
    await ask_one(here, AEP)
    await open_home(here)
    before = len(here.slack.api.calls), len(carecycle_of(here).requests)
    assert "*AEP Outreach 2026*" in await open_home(here)
    assert [name for name, _ in here.slack.api.calls[before[0] :]] == ["views.publish"]
    assert len(carecycle_of(here).requests) == before[1]


async def test_every_visit_writes_one_line(log_lines: list[dict[str, Any]], here: World) -> None:
    await open_home(here)
    await press_home(here, "Settings")
    lines = [line for line in log_lines if line["event"].startswith("home")]
    assert [(line["event"], line["outcome"], line["via"]) for line in lines] == [
        ("home", "answered", "home"),
        ("home settings", "answered", "modal"),
    ]


# Look-ups


async def test_your_recent_lookups_are_yours_alone_and_newest_first(make_world: MakeWorld) -> None:
    here, time = await _timed(make_world)
    ids = _ids()[:3]
    for id_ in (*ids, ids[0]):
        time.move(1)
        await ask_one(here, id_)
    await ask_one(here, ids[1], user=MEMBER)
    await open_home(here)
    assert looked_up(here) == [ids[0], ids[2], ids[1]]
    await open_home(here, MEMBER)
    assert looked_up(here, MEMBER) == [ids[1]]


async def test_ten_are_shown_with_their_names_from_one_request(make_world: MakeWorld) -> None:
    here, time = await _timed(make_world)
    ids = _ids()[:12]
    for id_ in ids:
        time.move(1)
        await ask_one(here, id_)
    time.move(60)
    before = len(carecycle_of(here).requests)
    shown = await open_home(here)
    assert looked_up(here) == ids[:1:-1]
    assert [request.path for request in carecycle_of(here).requests[before:]] == ["/v2/campaigns"]
    assert carecycle_of(here).campaigns[ids[5]]["name"] in shown
    assert "*Campaign*" not in shown


async def test_after_a_month_they_are_gone(make_world: MakeWorld) -> None:
    here, time = await _timed(make_world)
    await ask_one(here, AEP)
    time.move(30 * 86400 - 1)
    assert "AEP Outreach 2026" in await open_home(here)
    time.move(1)
    assert "None yet." in await open_home(here)


async def test_open_shows_the_card_in_a_window_with_details_over_it(here: World) -> None:
    await ask_one(here, AEP)
    await open_home(here)
    await press_home(here, "Open")
    (card,) = here.slack.modals_of("U01OWNER")
    assert "AEP Outreach 2026" in said(card.view)
    assert not {"Refresh", "Share to channel"} & set(_labels_in(card.view))
    await press_in(here, card, "Details")
    assert "*Who answers*" in said(here.slack.modals_of("U01OWNER")[-1].view)
    assert len(here.slack.modals_of("U01OWNER")) == 2


async def test_what_is_opened_there_counts_as_looked_up(make_world: MakeWorld) -> None:
    here, time = await _timed(make_world)
    first, second = _ids()[:2]
    for id_ in (first, second):
        time.move(1)
        await ask_one(here, id_)
    await open_home(here)
    time.move(1)
    await press_home(here, "Open", value=first)
    await open_home(here)
    assert looked_up(here) == [first, second]


async def test_clear_asks_first_and_takes_all_of_yours_away_and_nobody_elses(here: World) -> None:
    await ask_one(here, AEP)
    await ask_one(here, AEP, user=MEMBER)
    await open_home(here)
    (clear,) = [one for one in buttons(here) if one["text"]["text"] == "Clear"]
    assert clear["confirm"]["title"]["text"] == "Clear your recent campaigns?"
    await press_home(here, "Clear")
    assert "None yet." in words_of(here)
    assert "None yet." in await open_home(here)
    await open_home(here, MEMBER)
    assert looked_up(here, MEMBER) == [AEP]


async def test_what_was_cleared_does_not_come_back_with_the_names(make_world: MakeWorld) -> None:
    """careCycle is slow; meanwhile somebody clears the list they see in the first state."""
    gate = Gate()
    here, time = await _timed(make_world, CareCycle(sleep=gate.pause))
    await ask_one(here, AEP)
    time.move(60)
    carecycle_of(here).fault = "slow"
    await here.slack.deliver_event(told_of_home(here))
    await here.slack.workspace.until(lambda: "Clear" in words_of(here))
    await begin_press(here, "Clear")
    await here.slack.workspace.until(lambda: "None yet." in words_of(here))
    gate.opened.set()
    await finished(here)
    assert "None yet." in words_of(here)
    assert here.slack.workspace.refusals == []


async def test_what_is_no_button_of_today_says_so_in_the_window(here: World) -> None:
    await ask_one(here, AEP)
    await open_home(here)
    (button,) = [one for one in buttons(here) if one["text"]["text"] == "Open"]
    await here.slack.press_home(here.slack.workspace, "U01OWNER", {**button, "value": "of long ago"})
    await finished(here)
    assert "made by an older version" in said(here.slack.modals_of("U01OWNER")[-1].view)
    close_all(here)


def _ids() -> list[str]:
    """Of Sunrise's campaigns."""
    return [one["id"] for one in samples("sunrise")]


async def _timed(make_world: MakeWorld, carecycle: CareCycle | None = None) -> tuple[World, Clockwork]:
    time = Clockwork()
    here = await make_world(carecycle=carecycle, clock=Clock(time.now, time.time), now=time.time)
    return here, time


def _labels_in(view: dict[str, Any]) -> list[str]:
    elements = [one for block in view["blocks"] for one in block.get("elements", ())]
    return [one["text"]["text"] for one in elements if one["type"] == "button"]
