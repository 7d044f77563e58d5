"""Where a link is posted decides what its preview shows: in the composer, among companies, and where none is wanted."""

import json
from typing import Any

from playground.slack.workspace import Conversation
from playground.world import World
from tests.conftest import MakeWorld
from tests.drivers.links import LINK, SHARED, draft, outcomes, post, tell, timed, title, unfurls, values
from tests.drivers.workspaces import HARBOR, two_connected


async def test_the_composer_shows_a_few_words_and_does_not_count(make_world: MakeWorld) -> None:
    here, _ = await timed(make_world)
    for _ in range(2):
        (shown,) = await draft(here, LINK)
        assert list(values(shown[LINK])) == ["Status", "Customers", "Calls today", "As of"]
    assert (await post(here, LINK)).previews
    assert await draft(here, LINK)
    assert not [args for name, args in here.slack.api.calls if args.get("channel") == "COMPOSER"]


async def test_where_slack_gives_no_unfurl_id_the_message_is_named_by_its_channel_and_time(
    make_world: MakeWorld,
) -> None:
    here = await make_world()
    here.slack.make_organization()
    message = await post(here, LINK)
    assert title(message.previews[LINK]) == "AEP Outreach 2026"
    assert unfurls(here)[0]["ts"] == message.ts


async def test_a_thread_and_a_direct_message_between_two_people_get_previews_too(here: World) -> None:
    here.slack.workspace.channels["D77"] = Conversation("D77", "two people", kind="im")
    message = here.slack.workspace.post("D77", "U03MEMBER", LINK, thread_ts="1.1")
    assert "Transfers" not in values((await tell(here, message)).previews[LINK])  # nobody says who is there


async def test_a_channel_shared_with_another_company_gets_the_short_form(here: World) -> None:
    message = await post(here, LINK, channel=SHARED)
    assert not {"Transfers", "Routing"} & set(values(message.previews[LINK]))
    assert "agent" not in json.dumps(message.previews)


async def test_what_slack_says_around_the_event_is_believed_when_nothing_else_tells(here: World) -> None:
    here.slack.workspace.channels[SHARED].is_private = True  # the bot may not ask about it
    assert "Transfers" not in values((await post(here, LINK, channel=SHARED, outside=True)).previews[LINK])
    assert "Transfers" not in values((await post(here, LINK, outside=True)).previews[LINK])


async def test_where_managers_want_no_cards_in_shared_channels_there_is_no_preview(
    log_lines: list[dict[str, Any]], here: World
) -> None:
    await _prefer(here, shared_channels="none")
    assert not (await post(here, LINK, channel=SHARED)).previews
    assert not (await post(here, LINK, outside=True)).previews
    assert not await draft(here, LINK)  # it may be for such a channel
    assert (await post(here, LINK)).previews
    assert outcomes(log_lines) == ["NotShownHere"] * 3 + ["answered"]


async def test_managers_switch_previews_off_for_the_workspace(log_lines: list[dict[str, Any]], here: World) -> None:
    await _prefer(here, previews=False)
    assert not (await post(here, LINK)).previews
    assert not await draft(here, LINK)
    await _prefer(here, previews=True)
    assert (await post(here, LINK)).previews
    assert outcomes(log_lines) == ["off", "off", "answered"]


async def test_two_workspaces_in_one_channel_each_show_their_own(make_world: MakeWorld) -> None:
    here = await two_connected(make_world)
    harbor = here.slack.workspaces[HARBOR]
    harbor.channels["C19"] = Conversation("C19", "harbor-shared", shared_with="Sunrise Benefits")
    ours = await post(here, LINK, channel=SHARED)
    theirs = await post(here, LINK, channel="C19", user="U12MEMBER")
    assert [title(one.previews[LINK]) for one in (ours, theirs)] == ["AEP Outreach 2026", "Harbor's own AEP"]
    assert not (await post(here, LINK, channel=SHARED)).previews  # each remembers what it showed


async def _prefer(here: World, **chosen: Any) -> None:
    workspace = await here.bot.workspaces.of("T01SUNRISE")
    preferences = type(workspace.preferences)(**chosen)
    await workspace.save_preferences(preferences, (), "U01OWNER")
