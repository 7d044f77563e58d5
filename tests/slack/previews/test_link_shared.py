"""Links to careCycle become previews: one a card, two in short, three none, and none twice in half an hour."""

from typing import Any

import pytest

from playground.carecycle import CareCycle
from playground.samples import samples
from playground.slack import events
from playground.slack.workspace import Message
from playground.world import World
from tests.conftest import AEP, MakeWorld, text_of
from tests.drivers.links import (
    CHANNEL,
    LINK,
    OTHER_CHANNEL,
    SITE,
    deliver,
    grant,
    link_to,
    outcomes,
    post,
    tell,
    timed,
    title,
    unfurls,
    values,
)
from tests.drivers.modals import Gate
from tests.drivers.slash_command import finished

IDS = [one["id"] for one in samples("sunrise") if one["id"] != AEP]
HALF_AN_HOUR = 30 * 60


async def test_one_link_shows_the_card_under_the_message_for_everybody(here: World) -> None:
    message = await post(here, f"look at {LINK} please")
    entity = message.previews[LINK]
    assert (title(entity), entity["url"], entity["external_ref"]) == (
        "AEP Outreach 2026",
        LINK,
        {"id": AEP, "type": "campaign"},
    )
    assert {"Status": "Active", "Customers": 1204, "Calls today": 87}.items() <= values(entity).items()
    assert "rings 4 agents" in values(entity)["Transfers"]
    assert len(here.slack.workspace.messages) == 1  # nothing was posted


async def test_two_links_show_a_few_words_each(here: World) -> None:
    other = link_to(IDS[0])
    message = await post(here, f"{LINK} or {other} ?")
    assert list(message.previews) == [LINK, other]
    assert [list(values(one)) for one in message.previews.values()] == [
        ["Status", "Customers", "Calls today", "As of"]
    ] * 2
    assert len(unfurls(here)) == 1


async def test_three_links_show_nothing_and_ask_nobody(log_lines: list[dict[str, Any]], here: World) -> None:
    message = await post(here, " ".join([LINK, *map(link_to, IDS[:2])]))
    assert message.previews == {}
    assert here.carecycle
    assert (here.carecycle.requests, outcomes(log_lines)) == ([], ["many"])


async def test_links_to_one_campaign_are_one_whatever_they_look_like(here: World) -> None:
    longer = f"{LINK.upper().replace('HTTPS://APP.CARECYCLE.AI', 'https://app.carecycle.ai')}?tab=calls#top"
    message = await post(here, f"{LINK} and {longer} and {LINK}")
    assert list(message.previews) == [LINK]
    assert "Transfers" in values(message.previews[LINK])


async def test_the_link_is_answered_as_it_was_posted_to_the_letter(here: World) -> None:
    posted = f"{LINK}?utm_source=x&tab=Calls"
    message = await post(here, f"<{posted}|the campaign>")
    assert message.previews[posted]["app_unfurl_url"] == posted


@pytest.mark.parametrize("path", ["", "/", "/497f6eca", "?page=2"])
async def test_a_link_to_no_campaign_shows_nothing(log_lines: list[dict[str, Any]], here: World, path: str) -> None:
    message = await post(here, f"all of them: {SITE}{path}")
    assert message.previews == {}
    assert outcomes(log_lines) == ["no campaign"]


async def test_links_without_a_campaign_do_not_count(here: World) -> None:
    message = await post(here, f"{LINK} {SITE} {SITE}?page=2 {SITE}/new")
    assert "Transfers" in values(message.previews[LINK])


async def test_of_several_ids_in_a_link_the_campaigns_own_counts(here: World) -> None:
    posted = f"https://app.carecycle.ai/organizations/{IDS[0]}/campaigns/{AEP}?customer={IDS[1]}"
    message = await post(here, posted)
    assert title(message.previews[posted]) == "AEP Outreach 2026"


async def test_the_same_campaign_is_not_shown_twice_within_half_an_hour(make_world: MakeWorld) -> None:
    here, time = await timed(make_world)
    assert (await post(here, LINK)).previews
    time.move(HALF_AN_HOUR - 1)
    assert not (await post(here, f"again {LINK}")).previews
    assert (await post(here, f"elsewhere {LINK}", channel=OTHER_CHANNEL)).previews
    other = link_to(IDS[0])
    assert list((await post(here, f"{LINK} {other}")).previews) == [other]
    time.move(2)
    assert (await post(here, LINK)).previews


async def test_what_failed_was_not_shown(make_world: MakeWorld) -> None:
    here, _ = await timed(make_world)
    here.slack.faults.set("unfurl_refused")
    assert not (await post(here, LINK)).previews
    here.slack.faults.set("none")
    assert (await post(here, LINK)).previews


async def test_a_message_that_is_told_of_again_keeps_its_preview(make_world: MakeWorld) -> None:
    here, time = await timed(make_world)
    message = await post(here, LINK)
    time.move(60)
    message.previews.clear()
    assert (await tell(here, message)).previews  # it was edited


async def test_a_refreshed_preview_shows_newer_numbers(make_world: MakeWorld) -> None:
    here, time = await timed(make_world)
    message = await post(here, LINK)
    assert here.carecycle
    here.carecycle.campaigns[AEP]["customerStats"]["todayCalls"] = 99
    await post(here, f"newer {LINK}", channel=OTHER_CHANNEL)
    time.move(60)
    before = message.previews[LINK]["entity_payload"]["attributes"]["metadata_last_modified"]
    entity = (await tell(here, message, refresh=True)).previews[LINK]
    assert values(entity)["Calls today"] == 99
    assert entity["entity_payload"]["attributes"]["metadata_last_modified"] == before + 60


async def test_an_event_that_slack_repeats_is_ignored(here: World) -> None:
    workspace = here.slack.workspace
    message = workspace.post(CHANNEL, "U03MEMBER", LINK)
    event = events.link_shared(workspace, grant(here, workspace), message, [LINK])
    for _ in range(3):
        await here.slack.deliver_event(event)
    await finished(here)
    assert len(unfurls(here)) == 1


async def test_two_messages_at_once_get_one_preview(make_world: MakeWorld) -> None:
    gate = Gate()
    here = await make_world(carecycle=CareCycle(sleep=gate.pause))
    assert here.carecycle
    here.carecycle.fault = "slow"
    workspace = here.slack.workspace
    messages = [workspace.post(CHANNEL, "U03MEMBER", LINK) for _ in range(2)]
    for message in messages:  # acked while careCycle has not answered yet
        event = events.link_shared(workspace, grant(here, workspace), message, [LINK])
        assert (await here.slack.deliver_event(event)).error is None
    await gate.is_reached()
    gate.opened.set()
    await finished(here)
    assert [bool(message.previews) for message in messages] == [True, False]


@pytest.mark.parametrize("fault", ["work_object_warned", "work_object_refused"])
async def test_where_slack_takes_no_work_object_the_classic_blocks_are_shown(make_world: MakeWorld, fault: str) -> None:
    here, time = await timed(make_world)
    here.slack.faults.set(fault)
    one = await post(here, LINK)
    assert "AEP Outreach 2026" in text_of(one.previews[LINK]["blocks"])
    assert _buttons(one, LINK) == ["Details", "Open in careCycle"]
    other = link_to(IDS[0])
    time.move(HALF_AN_HOUR + 1)
    two = await post(here, f"{LINK} {other}")
    assert [len(two.previews[link]["blocks"]) for link in (LINK, other)] == [1, 1]
    assert ["metadata" in call for call in unfurls(here)] == [True, False, False]  # not asked again
    time.move(24 * 60 * 60)
    here.slack.faults.set("none")
    assert title((await post(here, LINK)).previews[LINK]) == "AEP Outreach 2026"


async def test_a_warning_of_the_character_set_is_none_of_the_work_object(here: World) -> None:
    here.slack.api._methods["chat.unfurl"] = lambda _: {"warning": "missing_charset,superfluous_charset"}
    await post(here, LINK)
    assert len(unfurls(here)) == 1


async def test_details_open_from_a_classic_preview(here: World) -> None:
    here.slack.faults.set("work_object_warned")
    message = await post(here, LINK)
    (row,) = [block for block in message.previews[LINK]["blocks"] if block["type"] == "actions"]
    under = Message(message.ts, message.channel, "U0BOT", "", [{**row, "block_id": "b"}])
    await here.slack.press(under, {**row["elements"][0], "block_id": "b"}, user="U03MEMBER")
    await finished(here)
    assert "AEP Outreach 2026" in text_of(here.slack.modals_of("U03MEMBER")[0].view)


async def test_links_to_the_configured_host_count_and_no_others(make_world: MakeWorld) -> None:
    here = await make_world(carecycle_link="https://calls.example/{id}/overview")
    posted = f"https://calls.example/{AEP}/overview?x={IDS[0]}"
    message = here.slack.workspace.post(CHANNEL, "U03MEMBER", f"{posted} {LINK}")
    right = grant(here, here.slack.workspace)
    await deliver(here, events.link_shared(here.slack.workspace, right, message, [posted, LINK]))
    assert list(message.previews) == [posted]
    assert message.previews[posted]["url"] == f"https://calls.example/{AEP}/overview"


def _buttons(message: Message, link: str) -> list[str]:
    rows = [block for block in message.previews[link]["blocks"] if block["type"] == "actions"]
    return [one["text"]["text"] for row in rows for one in row["elements"]]
