"""The global shortcut: a form at once, a select that searches while one types, and where the card is shown."""

import asyncio

import pytest

from blocks.campaigns import search as campaign_search
from bot.clock import Clock
from playground.carecycle import CareCycle
from playground.world import World
from tests.conftest import AEP, Clockwork, MakeWorld
from tests.drivers.find_shortcut import offered, opened, submitted
from tests.drivers.short_cards import is_short, is_whole, with_inside
from tests.drivers.slack_limits import check_options
from tests.drivers.slash_command import ask_one, finished, said
from tests.drivers.workspaces import store_down

WELCOME = "f5ee8c72-98e6-45b7-a1cd-7be8a7d83351"


def carecycle(here: World) -> CareCycle:
    assert here.carecycle
    return here.carecycle


async def test_the_form_opens_at_once_and_asks_careCycle_for_nothing(here: World) -> None:  # noqa: N802 - its name
    form = await opened(here)
    assert form.view["title"]["text"] == "Find a campaign"
    assert carecycle(here).requests == []


async def test_before_anything_is_typed_the_recent_ones_are_offered_newest_first(here: World) -> None:
    for number, one in enumerate(carecycle(here).campaigns.values()):
        one["updatedAt"] = f"2026-11-{1 + number * 7 % 29:02d}T09:00:00Z"
    options = await offered(here, "")
    assert len(options) == 23
    check_options({"options": options})
    changed = [carecycle(here).campaigns[option["value"]]["updatedAt"] for option in options]
    assert changed == sorted(changed, reverse=True)


async def test_what_is_typed_is_looked_for_in_names_and_descriptions(here: World) -> None:
    options = await offered(here, "welc medi")
    assert [option["text"]["text"] for option in options] == ["Medicare Welcome"]
    assert options[0]["description"]["text"] == "Active · f5ee8c72"


async def test_typing_thirty_characters_quickly_costs_at_most_three_requests(here: World) -> None:
    typed = "medicare welcome for everybody"
    await asyncio.gather(*(offered(here, typed[:end]) for end in range(1, 31)))
    assert len(carecycle(here).requests) <= 3


async def test_with_the_budget_used_up_the_select_still_answers_in_time(make_world: MakeWorld) -> None:
    time = Clockwork()
    here = await make_world(clock=Clock(time.now, time.time))
    for number in range(60):
        await ask_one(here, f"11111111-1111-4111-8111-{number:012d}")
    (line,) = await offered(here, "plan")
    assert line["text"]["text"] == "careCycle’s request limit is almost reached: use the id field"
    assert line["value"] == campaign_search.NOTHING


async def test_people_who_type_leave_the_last_requests_to_those_who_wait(make_world: MakeWorld) -> None:
    time = Clockwork()
    here = await make_world(clock=Clock(time.now, time.time))
    for number in range(45):
        await ask_one(here, f"11111111-1111-4111-8111-{number:012d}")
    assert "limit" in (await offered(here, "plan"))[0]["text"]["text"]
    assert (await ask_one(here, AEP)).text.startswith("AEP Outreach 2026")


async def test_while_careCycle_is_silent_the_select_says_so_within_three_seconds(  # noqa: N802 - its name
    here: World,
) -> None:
    carecycle(here).fault = "hanging"
    (line,) = await offered(here, "plan")
    assert "careCycle is slow" in line["text"]["text"]


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("unauthorized", "no longer accepts"),
        ("forbidden", "permission to read campaigns"),
        ("server_error", "is not answering"),
        ("html", "cannot read"),
        ("rate_limited", "request limit"),
    ],
)
async def test_a_fault_is_a_line_in_the_select_and_a_sentence_in_the_window(here: World, fault: str, says: str) -> None:
    carecycle(here).fault = fault
    assert says in (await offered(here, "plan"))[0]["text"]["text"]
    form = await opened(here)
    await submitted(here, form, typed=AEP)
    assert says in said(here.slack.workspace.stack("U01OWNER")[-1].view)


@pytest.mark.parametrize("typed", [AEP.upper(), f"https://app.carecycle.ai/campaigns/{AEP}?x=1", f"“{AEP}”"])
async def test_an_id_or_a_link_shows_the_card_in_the_window_to_me_alone(here: World, typed: str) -> None:
    await submitted(here, await opened(here), typed=typed)
    (window,) = here.slack.workspace.stack("U01OWNER")
    assert "AEP Outreach 2026" in said(window.view)
    assert here.slack.workspace.messages == []


async def test_what_was_picked_is_shown_and_several_ids_are_a_list(here: World) -> None:
    await submitted(here, await opened(here), picked=WELCOME)
    assert "Medicare Welcome" in said(here.slack.workspace.stack("U01OWNER")[-1].view)
    await submitted(here, await opened(here), typed=f"{AEP} {WELCOME}")
    both = said(here.slack.workspace.stack("U01OWNER")[-1].view)
    assert "AEP Outreach 2026" in both
    assert "Medicare Welcome" in both


@pytest.mark.parametrize(
    ("typed", "picked", "says"),
    [
        ("", "", "Pick a campaign above"),
        ("", campaign_search.NOTHING, "Pick a campaign above"),
        ("Mrs Smith", "", "There is no campaign in that"),
        (AEP[:-1] + "g", "", "a character missing"),
        ("partner ping", "", "That could mean “Partner ping East” or “Partner ping West”"),
        ("cc_live_0123456789", "", "revoke that key in careCycle"),
        ("https://evil.example/x", "", "does not lead to careCycle"),
    ],
)
async def test_what_is_none_is_said_at_the_field(here: World, typed: str, picked: str, says: str) -> None:
    form = await opened(here)
    await submitted(here, form, typed=typed, picked=picked)
    assert says in form.errors[campaign_search.ID]


async def test_to_everybody_posts_the_card_in_the_conversation_and_says_who_did(here: World) -> None:
    await submitted(here, await opened(here), picked=AEP, channel="C02STANDUP")
    (posted,) = here.slack.workspace.messages
    assert (posted.channel, posted.ephemeral_for) == ("C02STANDUP", None)
    assert "shared by <@U01OWNER>" in said(posted)
    workspace = await here.bot.workspaces.of("T01SUNRISE")
    assert [
        (audit_entry.action, audit_entry.details["campaign"]) for audit_entry in await workspace.audit_entries(5)
    ] == [("shared", AEP)]
    assert here.slack.workspace.stack("U01OWNER") == []


async def test_to_everybody_in_a_shared_channel_is_the_short_card(make_world: MakeWorld) -> None:
    here, _ = await with_inside(make_world)
    for channel, fits in (("C03PARTNER", is_short), ("C02STANDUP", is_whole)):
        await submitted(here, await opened(here), picked=AEP, channel=channel)
        assert fits(said(here.slack.workspace.messages[-1]))


async def test_what_goes_wrong_in_a_conversation_is_said_to_me_alone(here: World) -> None:
    carecycle(here).fault = "server_error"
    await submitted(here, await opened(here), picked=AEP, channel="C02STANDUP")
    (notice,) = here.slack.workspace.messages
    assert notice.ephemeral_for == "U01OWNER"
    assert "not answering" in notice.text


async def test_a_slow_careCycle_gets_a_loading_window_that_is_filled(make_world: MakeWorld) -> None:  # noqa: N802
    here = await make_world(carecycle=CareCycle(slow_seconds=2.4))
    carecycle(here).fault = "slow"
    await submitted(here, await opened(here), typed=AEP)
    await finished(here)
    assert "views.update" in [name for name, _ in here.slack.api.calls]
    assert "AEP Outreach 2026" in said(here.slack.workspace.stack("U01OWNER")[-1].view)


async def test_an_unconnected_workspace_is_told_so_in_the_select_and_in_the_window(make_world: MakeWorld) -> None:
    here = await make_world(carecycle_api_key=None)
    assert "is not connected" in (await offered(here, ""))[0]["text"]["text"]
    await submitted(here, await opened(here), typed=AEP)
    assert "Connect careCycle" in said(here.slack.workspace.stack("U01OWNER")[-1].view)


async def test_without_a_database_the_shortcut_and_the_select_say_so(make_world: MakeWorld) -> None:
    time = Clockwork()
    here = await make_world(clock=Clock(time.now, time.time), now=time.time)
    form = await opened(here)
    time.move(3600)  # nothing of the workspace is remembered any more
    async with store_down(here):
        (line,) = await offered(here, "plan")
        assert "cannot reach its own database" in line["text"]["text"]
        here.slack.close(form)
        window = await opened(here)
        assert "cannot reach its own database" in said(window.view)
