"""The stand-in for Slack takes, keeps and refuses the bot's messages as Slack does."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from playground.slack.faults import FAULTS
from tests.drivers.listening_bot import Bot, Json, call, listening

MEMBER, PUBLIC = "C02STANDUP", "C01AEP"
HIDDEN = {"event_type": "digest", "event_payload": {"run": "r1"}}
TEXT = {"type": "section", "text": {"type": "mrkdwn", "text": "x"}}
CELLS = [{"type": "raw_text", "text": "x"}, {"type": "raw_number", "value": 1, "text": "1"}]
TABLE = {"type": "data_table", "caption": "Campaigns", "page_size": 10, "rows": [CELLS, CELLS]}
PIE: Json = {"type": "pie", "segments": [{"label": "Done", "value": 1}]}
CHART = {"type": "data_visualization", "title": "Customers", "chart": PIE}


@pytest.fixture
async def bot() -> AsyncIterator[Bot]:
    async with listening() as bot:
        yield bot


async def _posted(bot: Bot, text: str = "x", **more: Any) -> Json:
    return await call(bot, "chat.postMessage", channel=MEMBER, text=text, **more)


async def _history(bot: Bot, **args: Any) -> Json:
    return await call(bot, "conversations.history", channel=MEMBER, **args)


async def test_what_a_message_hides_is_given_back_to_who_asks_for_it(bot: Bot) -> None:
    bot.slack.api.allow("channels:history")
    assert (await _posted(bot, metadata=HIDDEN))["message"]["metadata"] == HIDDEN
    assert [one.get("metadata") for one in (await _history(bot))["messages"]] == [None]
    (found,) = (await _history(bot, include_all_metadata="1"))["messages"]
    assert (found["metadata"], found["bot_id"]) == (HIDDEN, "B0BOT")


@pytest.mark.parametrize("hidden", [{"event_type": "d"}, {"event_payload": {}}, "x"], ids=["type", "payload", "text"])
async def test_metadata_of_another_form_are_refused(bot: Bot, hidden: object) -> None:
    async with aiohttp.ClientSession() as session:
        url, headers = f"{bot.slack.api.base}/api/chat.postMessage", {"authorization": "Bearer xoxb-playground"}
        body = {"channel": MEMBER, "text": "x", "metadata": hidden if isinstance(hidden, dict) else [hidden]}
        async with session.post(url, json=body, headers=headers) as answer:
            assert (await answer.json())["error"] == "invalid_metadata_format"
    assert bot.slack.workspace.messages == []


async def test_an_update_keeps_what_is_hidden_unless_it_says_otherwise(bot: Bot) -> None:
    ts = (await _posted(bot, metadata=HIDDEN))["ts"]
    await call(bot, "chat.update", channel=MEMBER, ts=ts, text="y")
    assert bot.slack.workspace.messages[0].metadata == HIDDEN
    await call(bot, "chat.update", channel=MEMBER, ts=ts, text="y", metadata={**HIDDEN, "event_type": "other"})
    assert bot.slack.workspace.messages[0].metadata == {**HIDDEN, "event_type": "other"}


async def test_history_is_the_newest_first_between_two_times(bot: Bot) -> None:
    bot.slack.api.allow("channels:history")
    first, second, third = [(await _posted(bot, text))["ts"] for text in "abc"]
    await _posted(bot, "an answer", thread_ts=third)
    await call(bot, "chat.postEphemeral", channel=MEMBER, user="U01OWNER", text="psst")
    assert [one["text"] for one in (await _history(bot))["messages"]] == ["c", "b", "a"]
    assert [one["text"] for one in (await _history(bot, oldest=first))["messages"]] == ["c", "b"]
    assert [one["text"] for one in (await _history(bot, oldest=second, inclusive=True))["messages"]] == ["c", "b"]
    limited = await _history(bot, limit=1)
    assert (limited["messages"][0]["ts"], limited["has_more"]) == (third, True)


async def test_history_needs_a_scope_for_its_kind_of_channel_and_the_bot_in_it(bot: Bot) -> None:
    assert (await _history(bot))["error"] == "missing_scope"
    bot.slack.api.allow("channels:history")
    assert (await call(bot, "conversations.history", channel=PUBLIC))["error"] == "not_in_channel"
    bot.slack.workspace.channels[MEMBER].is_private = True
    assert (await _history(bot))["error"] == "missing_scope"
    bot.slack.api.allow("groups:history")
    assert (await _history(bot))["ok"]


async def test_a_message_has_an_address(bot: Bot) -> None:
    ts = (await _posted(bot))["ts"]
    link = (await call(bot, "chat.getPermalink", channel=MEMBER, message_ts=ts))["permalink"]
    assert link == f"https://sunrise-benefits.slack.com/archives/{MEMBER}/p{ts.replace('.', '')}"
    assert (await call(bot, "chat.getPermalink", channel=MEMBER, message_ts="1.0"))["error"] == "message_not_found"


async def test_a_channel_may_be_renamed_archived_and_left(bot: Bot) -> None:
    workspace = bot.slack.workspace
    workspace.rename(MEMBER, "#morning")
    assert (await call(bot, "conversations.info", channel=MEMBER))["channel"]["name"] == "morning"
    workspace.archive(MEMBER)
    assert (await call(bot, "conversations.info", channel=MEMBER))["channel"]["is_archived"]
    assert (await _posted(bot))["error"] == "is_archived"
    with pytest.raises(LookupError, match="archived"):
        await bot.slack.say("hello", channel=MEMBER)
    workspace.archive(MEMBER, archived=False)
    workspace.invite_bot(MEMBER, member=False)
    assert (await _posted(bot))["error"] == "not_in_channel"
    workspace.channels[MEMBER].is_private = True
    assert (await _posted(bot))["error"] == "channel_not_found"


async def test_people_have_their_own_time_zones_and_may_leave(bot: Bot) -> None:
    people = bot.slack.workspace.people
    people["U02ADMIN"].tz = "America/Denver"
    assert (await call(bot, "users.info", user="U02ADMIN"))["user"]["tz"] == "America/Denver"
    bot.slack.workspace.deactivate("U02ADMIN")
    gone = (await call(bot, "users.info", user="U02ADMIN"))["user"]
    assert gone["deleted"]
    assert not {"tz", "is_admin"} & set(gone)
    assert (await call(bot, "chat.postMessage", channel="U02ADMIN", text="x"))["error"] == "channel_not_found"
    assert (await call(bot, "conversations.open", users="U02ADMIN"))["error"] == "missing_scope"
    bot.slack.api.allow("im:write")
    assert (await call(bot, "conversations.open", users="U02ADMIN"))["error"] == "user_disabled"
    opened = await call(bot, "conversations.open", users="U03MEMBER")
    assert opened["channel"]["id"] == (await call(bot, "chat.postMessage", channel="U03MEMBER", text="x"))["channel"]


async def test_everybody_is_listed_a_page_at_a_time(bot: Bot) -> None:
    bot.slack.workspace.deactivate("U04GUEST")
    first = await call(bot, "users.list", limit=3)
    rest = await call(bot, "users.list", limit=3, cursor=first["response_metadata"]["next_cursor"])
    assert rest["response_metadata"]["next_cursor"] == ""
    listed = {one["id"]: one for one in first["members"] + rest["members"]}
    assert list(listed) == [*bot.slack.workspace.people, "U0BOT"]
    assert [id_ for id_, one in listed.items() if one["deleted"]] == ["U04GUEST"]
    assert [id_ for id_, one in listed.items() if one.get("is_admin")] == ["U01OWNER", "U02ADMIN"]
    assert listed["U0BOT"]["is_bot"]


async def test_a_message_may_be_taken_and_its_answer_lost(bot: Bot) -> None:
    for fault in ("answer_is_500", "answer_lost"):
        bot.slack.faults.set(fault, 1)
        with pytest.raises(aiohttp.ClientError):
            await _posted(bot, fault)
    assert [message.text for message in bot.slack.workspace.messages] == ["answer_is_500", "answer_lost"]
    assert (await _posted(bot))["ok"]


async def test_messages_may_be_limited_and_nothing_else(bot: Bot) -> None:
    bot.slack.faults.set("messages_limited")
    async with aiohttp.ClientSession(headers={"authorization": "Bearer xoxb-playground"}) as session:
        url = f"{bot.slack.api.base}/api/chat.postMessage"
        async with session.post(url, json={"channel": MEMBER, "text": "x"}) as answer:
            assert (answer.status, answer.headers["retry-after"]) == (429, "1")
    assert (await call(bot, "conversations.info", channel=MEMBER))["ok"]
    assert bot.slack.workspace.messages == []


async def test_posting_may_be_refused_in_channels_but_never_to_people(bot: Bot) -> None:
    bot.slack.faults.set("posting_refused")
    assert (await _posted(bot))["error"] == "is_archived"
    assert (await call(bot, "chat.postMessage", channel="U01OWNER", text="x"))["ok"]


async def test_blocks_of_2026_may_be_refused_where_classic_ones_are_not(bot: Bot) -> None:
    assert (await _posted(bot, blocks=[TABLE, CHART]))["ok"]
    bot.slack.faults.set("new_blocks_refused")
    for block in (TABLE, CHART):
        assert (await _posted(bot, blocks=[TEXT, block]))["error"] == "invalid_blocks"
    classic = {"type": "table", "rows": [CELLS, CELLS]}
    assert (await _posted(bot, blocks=[TEXT, classic]))["ok"]


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_can_be_switched_on(bot: Bot, fault: str) -> None:
    bot.slack.faults.set(fault)
    assert bot.slack.faults.name == fault


WRONG = {
    "two tables": [TABLE, TABLE],
    "three charts": [CHART] * 3,
    "too many rows": [{**TABLE, "rows": [CELLS] * 102}],
    "rows of different lengths": [{**TABLE, "rows": [CELLS, CELLS[:1]]}],
    "too many cells": [{**TABLE, "rows": [CELLS * 11]}],
    "an empty cell": [{**TABLE, "rows": [CELLS, [{"type": "raw_text", "text": ""}, CELLS[1]]]}],
    "a number that is none": [{**TABLE, "rows": [CELLS, [CELLS[0], {"type": "raw_number", "value": "1"}]]}],
    "too many characters": [{**TABLE, "rows": [[{"type": "raw_text", "text": "x" * 200}]] * 60}],
    "no caption": [{key: TABLE[key] for key in TABLE if key != "caption"}],
    "a page too long": [{**TABLE, "page_size": 101}],
    "a title too long": [{**CHART, "title": "x" * 51}],
    "a segment of nothing": [{**CHART, "chart": {"type": "pie", "segments": [{"label": "Done", "value": 0}]}}],
    "a label too long": [{**CHART, "chart": {"type": "pie", "segments": [{"label": "x" * 21, "value": 1}]}}],
    "too many segments": [{**CHART, "chart": {"type": "pie", "segments": PIE["segments"] * 7}}],
    "a series without its points": [
        {**CHART, "chart": {"type": "bar", "series": [{"name": "a", "data": []}], "axis_config": {"categories": ["x"]}}}
    ],
    "an unknown chart": [{**CHART, "chart": {"type": "globe"}}],
}


@pytest.mark.parametrize("blocks", WRONG.values(), ids=WRONG)
async def test_tables_and_charts_beyond_slacks_limits_are_refused(bot: Bot, blocks: list[Json]) -> None:
    assert (await _posted(bot, blocks=blocks))["error"] == "invalid_blocks"
