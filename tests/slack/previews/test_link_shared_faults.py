"""The fault table of previews: whatever goes wrong, nobody reads a word of it; the log and `/campaign why` know."""

from typing import Any

import pytest

from playground.carecycle import FAULTS, CareCycle
from playground.samples import samples
from playground.slack import events
from playground.slack.faults import FAULTS as SLACK_FAULTS
from playground.world import World
from tests.conftest import AEP, MakeWorld
from tests.drivers.links import CHANNEL, LINK, draft, grant, link_to, outcomes, post, timed, unfurls
from tests.drivers.slash_command import ask_one, finished, said
from tests.slack.campaigns.test_faults import EXPECTED, FORBIDDEN, LIMIT, NOT_FOUND, REJECTED, SILENT, STRANGE

WHEN = "It was posted <!date^"
# By what a command would say: what the log says, and what `why` says afterwards.
TOLD = {
    LIMIT: ("RateLimited", "could not be read: careCycle’s request limit was reached."),
    SILENT: ("Unavailable", "could not be read: careCycle is not answering."),
    STRANGE: ("Unreadable", "could not be read: careCycle answered with something this app cannot read."),
    REJECTED: ("KeyRejected", "could not be read: careCycle no longer accepts the key."),
    FORBIDDEN: ("KeyForbidden", "could not be read: the key lacks the permission to read campaigns."),
    NOT_FOUND: ("CampaignNotFound", "the campaign was not in this account."),
}
BAD = [name for name, (says, _) in EXPECTED.items() if says in TOLD]
GOOD = [name for name in EXPECTED if name not in BAD]
# Slack's own: what the log says, and what `why` says.
SLACK: dict[str, tuple[str, str]] = {
    "none": ("answered", "It got a preview here"),
    "response_url_down": ("answered", "It got a preview here"),
    "response_url_gone": ("answered", "It got a preview here"),
    "late_trigger": ("answered", "It got a preview here"),
    "web_api_slow": ("answered", "It got a preview here"),
    "messages_limited": ("answered", "It got a preview here"),
    "people_hidden": ("answered", "It got a preview here"),
    "posting_refused": ("answered", "It got a preview here"),
    "new_blocks_refused": ("answered", "It got a preview here"),
    "upload_down": ("answered", "It got a preview here"),
    "files_refused": ("answered", "It got a preview here"),
    "file_answer_lost": ("answered", "It got a preview here"),
    "answer_is_500": ("answered", "It got a preview here"),
    "answer_lost": ("answered", "It got a preview here"),
    "work_object_warned": ("answered", "It got a preview here"),
    "work_object_refused": ("answered", "It got a preview here"),
    "web_api_down": ("SlackApiError", "Slack could not be reached."),
    "web_api_limited": ("refused: ratelimited", "Slack refused the preview"),
    "unfurl_refused": ("refused: cannot_unfurl_url", "for this reason: `cannot_unfurl_url`."),
}


def test_the_tables_name_every_fault() -> None:
    assert set(BAD + GOOD) == set(FAULTS)
    assert set(SLACK) == set(SLACK_FAULTS)


@pytest.mark.parametrize("fault", BAD)
async def test_a_fault_of_carecycle_is_silent_and_explained_when_asked(
    log_lines: list[dict[str, Any]], make_world: MakeWorld, fault: str
) -> None:
    here, _ = await timed(make_world, carecycle=CareCycle(slow_seconds=0.05))
    _break(here, fault)
    outcome, says = TOLD[EXPECTED[fault][0]]
    _is_silent(here, await post(here, LINK))
    assert outcomes(log_lines) == [outcome]
    _break(here, "none")
    why = said(await ask_one(here, f"why {LINK}", channel=CHANNEL))
    assert WHEN in why
    assert says in why
    assert not [line for line in log_lines if line["event"] == "bug"]


@pytest.mark.parametrize("fault", [name for name in BAD if name != "hanging"])
async def test_an_older_record_is_no_preview(make_world: MakeWorld, fault: str) -> None:
    """A command shows it and says that it is old; a preview would go on saying so for good."""
    here, time = await timed(make_world)
    await ask_one(here, AEP)
    time.move(300)
    _break(here, fault)
    _is_silent(here, await post(here, LINK))


@pytest.mark.parametrize("fault", GOOD)
async def test_what_is_no_trouble_for_a_command_is_none_for_a_preview(make_world: MakeWorld, fault: str) -> None:
    here = await make_world(carecycle=CareCycle(slow_seconds=0.05))
    _break(here, fault)
    assert (await post(here, LINK)).previews


@pytest.mark.parametrize("fault", SLACK)
async def test_a_fault_of_slack_is_silent_and_explained_when_asked(
    log_lines: list[dict[str, Any]], here: World, fault: str
) -> None:
    here.slack.faults.set(fault)
    message = await post(here, LINK)
    outcome, says = SLACK[fault]
    assert outcomes(log_lines) == [outcome]
    assert bool(message.previews) == (outcome == "answered")
    assert len(here.slack.workspace.messages) == 1
    here.slack.faults.set("none")
    assert says in said(await ask_one(here, f"why {LINK}", channel=CHANNEL))
    assert not [line for line in log_lines if line["event"] == "bug"]


async def test_of_two_campaigns_the_one_that_can_be_read_is_shown(log_lines: list[dict[str, Any]], here: World) -> None:
    gone = link_to("11111111-1111-4111-8111-111111111111")
    assert list((await post(here, f"{LINK} {gone}")).previews) == [LINK]
    assert outcomes(log_lines) == ["CampaignNotFound, answered"]
    assert "was not in this account" in said(await ask_one(here, f"why {gone}", channel=CHANNEL))
    assert "It got a preview here" in said(await ask_one(here, f"why {LINK}", channel=CHANNEL))


async def test_a_workspace_that_is_not_connected_shows_nothing_and_asks_nobody(
    log_lines: list[dict[str, Any]], make_world: MakeWorld
) -> None:
    here = await make_world(carecycle_api_key=None)
    _is_silent(here, await post(here, LINK))
    assert not await draft(here, LINK)
    assert outcomes(log_lines) == ["NotConnected", "NotConnected"]
    assert here.carecycle
    assert here.carecycle.requests == []


async def test_without_its_database_the_bot_shows_nothing(log_lines: list[dict[str, Any]], here: World) -> None:
    await ask_one(here, AEP)  # the workspace is remembered
    async with here.bot.db.engine.begin() as db:
        await db.exec_driver_sql("ALTER TABLE muted_channels RENAME TO away")
    message = await post(here, LINK)
    assert message.previews == {}
    assert outcomes(log_lines) == ["StoreUnavailable"]
    async with here.bot.db.engine.begin() as db:
        await db.exec_driver_sql("ALTER TABLE away RENAME TO muted_channels")


async def test_with_too_much_to_do_the_bot_shows_nothing_and_acks_all_the_same(
    log_lines: list[dict[str, Any]], here: World
) -> None:
    here.bot.tasks._most = 0
    _is_silent(here, await post(here, LINK))
    assert outcomes(log_lines) == ["Busy"]


async def test_a_mistake_of_ours_is_silent_and_in_the_log(log_lines: list[dict[str, Any]], here: World) -> None:
    asked = here.slack.api._methods["conversations.info"]
    here.slack.api._methods["conversations.info"] = lambda _: {"channel": 7}  # nothing Slack would say
    _is_silent(here, await post(here, LINK))
    assert outcomes(log_lines) == ["bug"]
    assert [line for line in log_lines if line["event"] == "bug"]
    here.slack.api._methods["conversations.info"] = asked
    assert "this app made a mistake, which was logged." in said(await ask_one(here, f"why {LINK}", channel=CHANNEL))


@pytest.mark.parametrize(
    "event",
    [
        {"links": None},
        {"links": [{}]},
        {"links": [{"url": "https://[x", "domain": "x"}]},
        {"links": [{"url": 7}]},
        {"channel": None, "message_ts": None, "user": None},
        {"unfurl_id": None},
    ],
)
async def test_an_event_that_lacks_something_is_no_mistake(
    log_lines: list[dict[str, Any]], here: World, event: dict[str, Any]
) -> None:
    workspace = here.slack.workspace
    told = events.link_shared(workspace, grant(here, workspace), workspace.post(CHANNEL, "U03MEMBER", LINK), [LINK])
    told["event"] |= event
    assert (await here.slack.deliver_event(told)).error is None
    await finished(here)
    assert not [line for line in log_lines if line["event"] == "bug"]


async def test_previews_leave_no_trace_of_names_or_links_in_the_log(
    log_lines: list[dict[str, Any]], here: World
) -> None:
    other = link_to(next(one["id"] for one in samples("sunrise") if one["id"] != AEP))
    for text in (f"Mrs Smith {LINK}?x=Smith", f"{LINK} {other}"):
        assert (await post(here, text)).previews
    assert outcomes(log_lines) == ["answered", "again, answered"]
    lines = str(list(log_lines))
    for word in ("Smith", "AEP Outreach", "Dana", "campaigns/"):
        assert word not in lines


def _is_silent(here: World, message: Any) -> None:
    assert message.previews == {}
    assert len(here.slack.workspace.seen_by(message.user, message.channel)) == 1
    assert not unfurls(here)


def _break(here: World, fault: str) -> None:
    assert here.carecycle
    here.carecycle.fault = fault
