"""The pane beside a preview: details for whoever opens it, as much as that person may see, and never silence."""

from typing import Any

import pytest

from playground.carecycle import CareCycle
from playground.slack import events
from playground.slack.faults import FAULTS as SLACK_FAULTS
from playground.slack.workspace import Json
from playground.world import World
from tests.conftest import AEP, MakeWorld, text_of
from tests.drivers.links import CHANNEL, LINK, SHARED, deliver, grant, open_pane, post, timed, title, values
from tests.drivers.modals import Gate
from tests.drivers.slash_command import finished
from tests.slack.campaigns.test_faults import EXPECTED, FORBIDDEN, LIMIT, NOT_FOUND, REJECTED, SILENT, STRANGE

OWNER, MEMBER, OUTSIDER = "U01OWNER", "U03MEMBER", "U09PARTNER"
NAMES = ("Dana Ruiz", "Marcus")
SAYS = {
    LIMIT: "request limit was reached",
    SILENT: "careCycle is not answering",
    STRANGE: STRANGE,
    REJECTED: "no longer accepts this workspace’s key",
    FORBIDDEN: "permission to read campaigns",
    NOT_FOUND: "is not in this workspace’s careCycle account",
}
SHOWN, NOTHING = "shown", "nothing"
SLACK = {
    **dict.fromkeys(SLACK_FAULTS, SHOWN),
    "late_trigger": NOTHING,  # Slack takes no word from us: nothing can be said
    "web_api_down": NOTHING,
    "web_api_limited": NOTHING,
    "web_api_slow": NOTHING,  # a trigger does not live that long
    "work_object_warned": NOTHING,  # Slack says that it is well, and the trigger is used up
    "work_object_refused": "Slack did not accept these details",
}


async def test_the_pane_holds_all_that_details_hold(here: World) -> None:
    shown = await open_pane(here, await post(here, LINK))
    assert (title(shown), shown["url"]) == ("AEP Outreach 2026", LINK)
    assert {"Customers": 1204, "Total calls": 3311}.items() <= values(shown).items()
    assert list(values(shown))[-7:] == [
        "Transfers",
        "Who answers",
        "Appointments",
        "Dialing",
        "Dates",
        "Technical",
        "As of",
    ]
    assert "4 of 6 agents are active" in values(shown)["Who answers"]


async def test_managers_see_agents_by_name_and_nobody_else_does(here: World) -> None:
    message = await post(here, LINK)
    managers, members = [text_of(await open_pane(here, message, user=user)) for user in (OWNER, MEMBER)]
    assert [name in managers for name in NAMES] == [True, True]
    assert not [name for name in NAMES if name in members + text_of(message.previews)]


async def test_where_managers_hide_names_nobody_sees_them(here: World) -> None:
    workspace = await here.bot.workspaces.of("T01SUNRISE")
    await workspace.save_preferences(type(workspace.preferences)(agents="nobody"), (), OWNER)
    assert "Dana" not in text_of(await open_pane(here, await post(here, LINK), user=OWNER))


@pytest.mark.parametrize("user", [OWNER, MEMBER, OUTSIDER])
async def test_in_a_channel_shared_with_another_company_the_pane_is_short_for_everybody(here: World, user: str) -> None:
    message = await post(here, LINK, channel=SHARED)
    shown = await open_pane(here, message, user=user)
    assert not {"Transfers", "Routing", "Who answers"} & set(values(shown))
    assert not any(name in text_of(shown) for name in NAMES)
    here.slack.workspace.channels[SHARED].is_private = True  # the bot may not ask about it any more
    assert values(await open_pane(here, message, user=user)).keys() == values(shown).keys()


async def test_somebody_of_another_company_gets_the_short_form_wherever_they_are(here: World) -> None:
    message = await post(here, LINK)
    assert "Transfers" not in values(await open_pane(here, message, user=OUTSIDER))


async def test_where_managers_want_no_cards_for_others_the_pane_says_so(here: World) -> None:
    message = await post(here, LINK, channel=SHARED)
    workspace = await here.bot.workspaces.of("T01SUNRISE")
    await workspace.save_preferences(type(workspace.preferences)(shared_channels="none"), (), OWNER)
    assert "chose not to show campaigns in channels shared" in _trouble(await open_pane(here, message))


@pytest.mark.parametrize("fault", [name for name in EXPECTED if name != "hanging"])
async def test_a_fault_of_carecycle_is_said_in_the_pane(make_world: MakeWorld, fault: str) -> None:
    here, time = await timed(make_world, carecycle=CareCycle(slow_seconds=0.05))
    message = await post(here, LINK)
    time.move(1000)  # nothing is in memory any more
    _break(here, fault)
    shown = await open_pane(here, message)
    if says := SAYS.get(EXPECTED[fault][0]):
        assert says in _trouble(shown)
    else:
        assert title(shown)


async def test_an_older_record_is_shown_and_said_to_be_old(make_world: MakeWorld) -> None:
    here, time = await timed(make_world)
    message = await post(here, LINK)
    time.move(120)
    _break(here, "server_error")
    shown = await open_pane(here, message)
    assert "careCycle is not answering" in values(shown)["Note"]


async def test_a_slow_carecycle_is_said_before_slack_gives_up_and_the_next_try_is_quick(make_world: MakeWorld) -> None:
    gate = Gate()
    here = await make_world(carecycle=CareCycle(sleep=gate.pause), cache_seconds=0.001)
    message = await post(here, LINK)
    _break(here, "slow")
    assert "is slow right now" in _trouble(await open_pane(here, message))
    gate.opened.set()
    await finished(here)


@pytest.mark.parametrize("fault", SLACK_FAULTS)
async def test_slack_itself_in_trouble(log_lines: list[Json], here: World, fault: str) -> None:
    message = await post(here, LINK)
    here.slack.faults.set(fault)
    shown = await open_pane(here, message)
    seen = SHOWN if "entity_payload" in shown else shown.get("custom_message", NOTHING)
    assert SLACK[fault] in seen
    assert [line["outcome"] for line in log_lines if line["event"] == "preview details"] != []
    assert not [line for line in log_lines if line["event"] == "bug"]


async def test_with_too_much_to_do_the_pane_says_so(here: World) -> None:
    message = await post(here, LINK)
    here.bot.tasks._most = 0
    assert "This app has too much to do" in _trouble(await open_pane(here, message))


async def test_a_search_may_name_only_the_link(here: World) -> None:
    message = await post(here, LINK)
    assert title(await open_pane(here, message, external_ref=None, channel=None)) == "AEP Outreach 2026"


@pytest.mark.parametrize("named", [{"id": "../../x"}, {"id": 7}, {}, None, {"id": f"x{AEP}"}])
async def test_a_reference_that_is_no_id_is_not_asked_for(here: World, named: Any) -> None:
    message = await post(here, LINK)
    assert here.carecycle
    before = len(here.carecycle.requests)
    shown = await open_pane(here, message, external_ref=named, entity_url="https://evil.example/", link={})
    assert "There is no campaign in that" in _trouble(shown)
    assert len(here.carecycle.requests) == before


async def test_a_repeated_event_is_answered_once(here: World) -> None:
    message = await post(here, LINK)
    workspace = here.slack.workspace
    trigger = here.slack.views.new_trigger(workspace, MEMBER)
    told = events.entity_details_requested(workspace, grant(here, workspace), message, MEMBER, LINK, trigger)
    for _ in range(2):
        await deliver(here, told)
    assert [name for name, _ in here.slack.api.calls].count("entity.presentDetails") == 1


async def test_opening_a_pane_posts_nothing(here: World) -> None:
    await open_pane(here, await post(here, LINK, channel=CHANNEL))
    assert len(here.slack.workspace.messages) == 1


def _trouble(shown: Json) -> str:
    assert shown["status"] == "custom"
    assert shown["custom_title"]
    return str(shown["custom_message"])


def _break(here: World, fault: str) -> None:
    assert here.carecycle
    here.carecycle.fault = fault
