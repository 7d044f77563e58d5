"""*Show campaigns* in a message's menu: for the person alone, wherever they are, and in its thread if they share it."""

import pytest

from bot.clock import Clock
from playground.samples import SUNRISE
from playground.slack.workspace import Conversation, Message
from playground.world import World
from tests.conftest import AEP, Clockwork, MakeWorld, button
from tests.drivers.messages import MEMBER_OF, NOT_ONE, PARTNER, PUBLIC, rich, use_shortcut
from tests.drivers.modals import carecycle_of, connected_timed, set_up, unconnected
from tests.drivers.short_cards import INSIDE
from tests.drivers.slash_command import finished, press, said

CARD, PARENT = "AEP Outreach 2026", "1764000000.000200"
IN_THREAD, TO_CHANNEL = "Share in thread", "Share to channel"
NOWHERE = "11111111-1111-4111-8111-111111111111"


async def one(here: World, text: str = f"what of {AEP}?", **more: object) -> Message:
    """The one answer to the shortcut."""
    (answer,) = await use_shortcut(here, text, **more)  # type: ignore[arg-type]  # as `use_shortcut` takes them
    return answer


def shown(here: World) -> list[Message]:
    """What the bot has said."""
    return [message for message in here.slack.workspace.messages if message.user == "U0BOT"]


def two(here: World) -> list[str]:
    """Ids of two campaigns."""
    return [id_ for id_, one in carecycle_of(here).campaigns.items() if one.get("client", {}).get("id") == SUNRISE][:2]


# --- what a message names


@pytest.mark.parametrize("channel", [PUBLIC, MEMBER_OF, "D01BOT", "D09OTHERS"])
async def test_the_card_is_for_the_person_alone_in_every_conversation(here: World, channel: str) -> None:
    here.slack.workspace.channels["D09OTHERS"] = Conversation("D09OTHERS", "directmessage", kind="im")
    card = await one(here, channel=channel, user="U03MEMBER")
    assert CARD in said(card)
    assert card.ephemeral_for == "U03MEMBER"
    assert card.channel == channel


async def test_an_id_that_is_half_bold_is_found(here: World) -> None:
    card = await one(here, blocks=rich("ends in ", AEP[:20], AEP[20:]), text=f"*{AEP[:20]}*{AEP[20:]}")
    assert CARD in said(card)


async def test_a_file_called_after_a_campaign_names_it(here: World) -> None:
    assert CARD in said(await one(here, "", files=[{"id": "F1", "name": f"{AEP}.csv"}]))


async def test_several_ids_make_a_list_from_which_the_cards_open(here: World) -> None:
    first, second = two(here)
    listed = await one(here, f"{first} {second} {first}")
    assert len([block for block in listed.blocks if "accessory" in block]) == 2
    await press(here, listed, "Open")
    assert IN_THREAD in said(shown(here)[-1])


async def test_a_list_can_be_shared_in_the_thread_too_once(here: World) -> None:
    first, second = two(here)
    listed = await one(here, f"{first} {second}", channel=MEMBER_OF, thread_ts=PARENT)
    for _ in range(2):
        await press(here, listed, IN_THREAD)
    (public,) = [message for message in shown(here) if message.ephemeral_for is None]
    assert (public.thread_ts, IN_THREAD in said(public)) == (PARENT, False)
    assert "shared by <@U01OWNER>" in said(public)
    assert listed not in here.slack.workspace.messages
    workspace = await here.bot.workspaces.of("T01SUNRISE")
    assert {
        audit_entry.details["campaign"]
        for audit_entry in await workspace.audit_entries(5)
        if audit_entry.action == "shared"
    } == {first, second}


async def test_more_than_ten_say_so(here: World) -> None:
    ids = [f"{NOWHERE[:-2]}{number:02d}" for number in range(12)]
    assert "2 ids left out" in said(await one(here, "\n".join(ids)))
    assert len(carecycle_of(here).requests) == 10


async def test_a_message_without_an_id_opens_the_search_and_says_why(here: World) -> None:
    assert await use_shortcut(here, NOT_ONE) == []
    (modal,) = here.slack.workspace.modals
    assert "has no campaign id and no link to a campaign." in said(modal.view)
    assert "external_select" in said(modal.view)


async def test_a_name_of_four_words_with_hyphens_is_not_nearly_an_id(here: World) -> None:
    await use_shortcut(here, "summer-sale-2024-outreach")
    assert "has no campaign id and no link to a campaign." in said(here.slack.workspace.modals[-1].view)


async def test_a_message_with_nearly_an_id_says_that_it_nearly_is_one(here: World) -> None:
    await use_shortcut(here, AEP[:-1])
    assert "a character is wrong or missing" in said(here.slack.workspace.modals[-1].view)


async def test_a_shortcut_writes_one_line_without_a_word_of_the_message(
    log_lines: list[dict[str, object]], here: World
) -> None:
    await use_shortcut(here, f"secret plan {AEP}")
    (line,) = [line for line in log_lines if line["event"] == "show campaigns"]
    assert (line["outcome"], line["cache"], line["via"]) == ("answered", "miss", "response_url")
    assert "secret plan" not in str(list(log_lines))


# --- where the answer stands


async def test_the_answer_to_a_reply_stands_in_its_thread(here: World) -> None:
    assert (await one(here, thread_ts=PARENT)).thread_ts == PARENT


@pytest.mark.parametrize("subtype", [None, "thread_broadcast"])
async def test_what_stands_in_the_channel_too_is_answered_there(here: World, subtype: str | None) -> None:
    workspace = here.slack.workspace
    parent = workspace.post(PUBLIC, "U02ADMIN", AEP)
    more = {"subtype": subtype, "thread_ts": PARENT} if subtype else {"thread_ts": parent.ts, "ts": parent.ts}
    assert (await one(here, **more)).thread_ts is None


async def test_what_is_opened_and_said_in_a_thread_stays_in_it(here: World) -> None:
    first, second = two(here)
    listed = await one(here, f"{first} {second}", thread_ts=PARENT)
    await press(here, listed, "Open")
    here.slack.faults.set("late_trigger")
    await press(here, shown(here)[-1], "Details")
    assert [message.thread_ts for message in shown(here)] == [PARENT] * 3


async def test_in_a_shared_channel_the_card_is_short_or_not_shown(make_world: MakeWorld) -> None:
    here, time = await connected_timed(make_world)
    short = said(await one(here, channel=PARTNER))
    assert "people from another company" in short
    assert INSIDE.search(said(await one(here)))
    assert not INSIDE.search(short)
    await set_up(here, shared="none")
    time.move(31)
    assert "chose not to show campaigns in channels shared" in said(await one(here, channel=PARTNER))


async def test_a_workspace_without_a_key_is_offered_one_and_then_answers(make_world: MakeWorld) -> None:
    here = await unconnected(make_world)
    notice = await one(here, user="U03MEMBER")
    assert button(notice, "Ask Alice Moreno to connect")
    await here.slack.connect("cc_the_first_key_1111")
    await finished(here)
    assert button(shown(here)[-1], IN_THREAD)
    assert CARD in said(shown(here)[-1])
    assert shown(here)[-1].ephemeral_for == "U03MEMBER"


# --- sharing it


@pytest.mark.parametrize("thread", [None, PARENT])
async def test_sharing_posts_the_card_in_the_thread_and_takes_the_private_one_away(
    here: World, thread: str | None
) -> None:
    card = await one(here, channel=MEMBER_OF, user="U03MEMBER", thread_ts=thread)
    asked = here.slack.workspace.messages[0]
    await press(here, card, IN_THREAD, user="U03MEMBER")
    (public,) = shown(here)
    assert (public.ephemeral_for, public.thread_ts) == (None, thread or asked.ts)
    assert "shared by <@U03MEMBER>" in said(public)
    assert "Share" not in said({"blocks": [block for block in public.blocks if block["type"] == "actions"]})
    (audit_entry,) = await here.bot.workspaces.known("T01SUNRISE").audit_entries(5)  # type: ignore[union-attr]  # it was asked before
    assert (audit_entry.action, audit_entry.actor, audit_entry.details) == (
        "shared",
        "U03MEMBER",
        {"campaign": AEP, "channel": MEMBER_OF},
    )


async def test_a_double_click_shares_once(here: World) -> None:
    card = await one(here, channel=MEMBER_OF)
    pressed = button(card, IN_THREAD)
    await here.slack.press(card, pressed)
    await press(here, card, IN_THREAD)
    assert [message.ephemeral_for for message in shown(here)] == [None]


async def test_where_the_app_is_no_member_the_person_reads_how_to_invite_it_and_keeps_the_card(here: World) -> None:
    card = await one(here)
    await press(here, card, IN_THREAD)
    assert [message.ephemeral_for for message in shown(here)] == ["U01OWNER"] * 2
    assert "`/invite @careCycle`" in said(shown(here)[1])
    here.slack.workspace.channels[PUBLIC].bot_is_member = True
    await press(here, card, IN_THREAD)
    assert card not in shown(here)
    assert shown(here)[-1].ephemeral_for is None


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("is_archived", "channel is archived"),
        ("restricted_action_thread_locked", "This channel’s rules"),
        ("cannot_reply_to_message", "was deleted"),
        ("msg_too_long", "Slack did not accept the message"),
    ],
)
async def test_what_slack_does_not_let_it_post_is_told_to_the_person_alone(here: World, word: str, says: str) -> None:
    card = await one(here, channel=MEMBER_OF, thread_ts=PARENT)
    here.slack.workspace.channels[MEMBER_OF].refuses = word
    await press(here, card, IN_THREAD)
    assert shown(here)[0] is card
    assert says in said(shown(here)[1])
    assert (shown(here)[1].ephemeral_for, shown(here)[1].thread_ts) == ("U01OWNER", PARENT)


async def test_between_two_people_nothing_can_be_shared_and_that_is_said(here: World) -> None:
    here.slack.workspace.channels["D09OTHERS"] = Conversation("D09OTHERS", "directmessage", kind="im")
    await press(here, await one(here, channel="D09OTHERS"), IN_THREAD)
    assert "direct messages between people" in said(shown(here)[-1])


async def test_what_could_not_be_taken_away_is_not_shared_twice(here: World) -> None:
    card = await one(here, channel=MEMBER_OF)
    here.slack.faults.set("response_url_gone", 1)
    await press(here, card, IN_THREAD)
    await press(here, card, IN_THREAD)
    assert [message.ephemeral_for for message in shown(here)] == ["U01OWNER", None]


async def test_refreshing_and_trying_again_keep_the_thread(make_world: MakeWorld) -> None:
    time = Clockwork()
    here = await make_world(clock=Clock(time.now, time.time), now=time.time)
    carecycle_of(here).fault = "server_error"
    answer = await one(here)
    carecycle_of(here).fault = "none"
    await press(here, answer, "Try again")
    time.move(5)
    await press(here, answer, "Refresh")
    assert shown(here) == [answer]
    assert button(answer, IN_THREAD)
    assert TO_CHANNEL not in said(answer)


async def test_what_cannot_be_read_when_it_is_shared_is_told_to_the_person_alone(make_world: MakeWorld) -> None:
    time = Clockwork()
    here = await make_world(clock=Clock(time.now, time.time), now=time.time)
    card = await one(here, channel=MEMBER_OF)
    carecycle_of(here).fault = "forbidden"
    time.move(60)
    await press(here, card, IN_THREAD)
    assert [message.ephemeral_for for message in shown(here)] == ["U01OWNER"] * 2
    carecycle_of(here).fault = "none"
    await press(here, card, IN_THREAD)  # a failed one does not count as the first of two clicks
    assert shown(here)[-1].ephemeral_for is None
