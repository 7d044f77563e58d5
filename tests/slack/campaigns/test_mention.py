"""`@careCycle ID`: answered for everybody in the thread; what goes wrong only the person reads."""

import pytest

from playground.slack.workspace import BOT_ID, Message
from playground.world import World
from tests.conftest import AEP, MakeWorld, button
from tests.drivers.messages import PARTNER, mention, mentioned, tell
from tests.drivers.modals import carecycle_of, connected_timed, set_up
from tests.drivers.slash_command import finished, press, said

CARD, PARENT = "AEP Outreach 2026", "1764000000.000200"
NOWHERE = "11111111-1111-4111-8111-111111111111"
OUTSIDER, HARBOR = "U09PARTNER", "T02HARBOR"


def is_private(message: Message, to: str = "U01OWNER") -> bool:
    return message.ephemeral_for == to


async def _in_shared(here: World, **more: object) -> Message:
    here.slack.workspace.channels[PARTNER].bot_is_member = True
    return await mentioned(here, AEP, channel=PARTNER, **more)


# --- the answer


@pytest.mark.parametrize("thread", [None, PARENT])
async def test_everybody_sees_the_card_in_the_thread_and_who_asked_for_it(here: World, thread: str | None) -> None:
    more = {"thread_ts": thread} if thread else {}
    answer = await mentioned(here, f"what of {AEP}?", user="U03MEMBER", **more)
    assert CARD in said(answer)
    assert answer.ephemeral_for is None
    assert answer.thread_ts == (thread or here.slack.workspace.messages[0].ts)
    assert "shared by <@U03MEMBER>" in said(answer)
    assert "Share" not in said({"blocks": [block for block in answer.blocks if block["type"] == "actions"]})


async def test_the_audit_trail_tells_who_made_which_campaigns_public(here: World) -> None:
    await mentioned(here, f"{AEP} {NOWHERE}", user="U03MEMBER")
    entries = await here.bot.workspaces.known("T01SUNRISE").audit_entries(5)  # type: ignore[union-attr]  # it was asked before
    assert {(entry.action, entry.actor, entry.details["campaign"]) for entry in entries} == {
        ("shared", "U03MEMBER", AEP),
        ("shared", "U03MEMBER", NOWHERE),
    }


async def test_more_than_ten_say_so(here: World) -> None:
    ids = [f"{NOWHERE[:-2]}{number:02d}" for number in range(12)]
    answer = await mentioned(here, " ".join(ids))
    assert "2 ids left out" in said(answer)
    assert "shared by <@U01OWNER>" in said(answer)


async def test_a_card_that_is_opened_from_the_list_is_private_and_in_the_thread(here: World) -> None:
    listed = await mentioned(here, f"{AEP} {NOWHERE}")
    await press(here, listed, "Open", user="U03MEMBER")
    card = here.slack.workspace.messages[-1]
    assert is_private(card, "U03MEMBER")
    assert card.thread_ts == listed.thread_ts
    assert button(card, "Share in thread")


async def test_without_an_id_the_person_alone_reads_how_to_ask(here: World) -> None:
    top = await mentioned(here, "hello!")
    assert "Mention me with a campaign’s name" in said(top)
    assert (is_private(top), top.thread_ts) == (True, None)  # a thread is not begun for it
    assert (await mentioned(here, "hello!", thread_ts=PARENT)).thread_ts == PARENT


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (AEP[:-1] + "g", "looks like a campaign id with a character missing"),
        ("https://app.carecycle.ai/campaigns", "has no campaign id"),
    ],
)
async def test_what_is_nearly_an_id_is_named_for_what_it_is(here: World, text: str, says: str) -> None:
    assert says in said(await mentioned(here, text))


# --- what is not answered


@pytest.mark.parametrize(
    "more",
    [
        {"user": BOT_ID},
        {"bot_id": "B0OTHER", "app_id": "A0OTHER"},
        {"subtype": "bot_message", "bot_id": "B0OTHER"},
        {"edited": {"user": "U01OWNER", "ts": "1764000001.000000"}},
        {"user": None},
    ],
)
async def test_apps_and_edited_messages_are_not_answered(here: World, more: dict[str, object]) -> None:
    payload = mention(here, AEP)
    payload["event"] |= more
    assert await tell(here, payload) == []
    assert carecycle_of(here).requests == []


async def test_an_event_that_slack_delivers_again_for_five_minutes_is_answered_once(make_world: MakeWorld) -> None:
    here, time = await connected_timed(make_world)
    told = mention(here, AEP)
    assert len(await tell(here, told)) == 1
    for wait in (0, 60, 5 * 60):  # Slack: at once, after a minute, and after five more
        time.move(wait)
        assert await tell(here, told) == []


async def test_an_event_that_slack_delivers_again_is_answered_once(here: World) -> None:
    assert len(await tell(here, mention(here, AEP), times=3)) == 1


async def test_a_mention_writes_one_line_without_a_word_of_the_message(
    log_lines: list[dict[str, object]], here: World
) -> None:
    await mentioned(here, f"secret plan {AEP}")
    (line,) = [line for line in log_lines if line["event"] == "mention"]
    assert (line["outcome"], line["cache"], line["via"]) == ("answered", "miss", "thread")
    assert "secret plan" not in str(list(log_lines))


# --- channels shared with another company


async def test_in_a_shared_channel_the_card_is_short(here: World) -> None:
    answer = await _in_shared(here)
    assert answer.ephemeral_for is None
    assert "people from another company are in this channel" in said(answer)
    assert "*Transfers*" not in said(answer)


async def test_people_of_another_company_get_no_campaign_by_mentioning_the_app(here: World) -> None:
    for team in (HARBOR, "T01SUNRISE"):  # whatever the event says: Slack is asked who it is
        answer = await _in_shared(here, user=OUTSIDER, team=team)
        assert "Only people at the company that uses this app" in said(answer)
        assert is_private(answer, OUTSIDER)
    assert carecycle_of(here).requests == []


async def test_where_slack_does_not_say_who_somebody_is_nothing_is_shown(here: World) -> None:
    here.slack.api.scopes.discard("users:read")
    assert "which company you work for" in said(await _in_shared(here))
    assert carecycle_of(here).requests == []


async def test_where_managers_want_no_cards_the_person_alone_reads_that(make_world: MakeWorld) -> None:
    here, time = await connected_timed(make_world)
    await set_up(here, shared="none")
    time.move(31)
    answer = await _in_shared(here)
    assert "chose not to show campaigns in channels shared" in said(answer)
    assert is_private(answer)


# --- trouble


async def test_what_goes_wrong_is_private_and_trying_again_is_too(here: World) -> None:
    carecycle_of(here).fault = "server_error"
    notice = await mentioned(here, AEP)
    assert is_private(notice)
    carecycle_of(here).fault = "none"
    await press(here, notice, "Try again")
    assert CARD in said(notice)
    assert is_private(notice)
    assert button(notice, "Share in thread")


async def test_the_connect_button_of_a_mention_brings_its_answer(make_world: MakeWorld) -> None:
    here = await make_world(carecycle_api_key=None)
    notice = await mentioned(here, AEP)
    await press(here, notice, "Connect careCycle")
    modal = here.slack.workspace.modals[-1]
    await here.slack.submit(modal, {"key": {"value": {"type": "plain_text_input", "value": "cc_playground_sunrise"}}})
    await finished(here)
    assert CARD in said(notice)
    assert button(notice, "Share in thread")


async def test_when_there_is_no_room_the_person_is_told(here: World) -> None:
    here.bot.tasks._most = 0
    answer = await mentioned(here, AEP)
    assert "This app has too much to do" in said(answer)
    assert is_private(answer)
