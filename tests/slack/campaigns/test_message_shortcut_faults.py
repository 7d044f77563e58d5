"""The fault tables of the message shortcut and of mentions: careCycle's and Slack's, one clear result for each."""

import asyncio

import pytest

from bot.clock import Clock
from playground.carecycle import CareCycle
from playground.slack.faults import FAULTS as SLACK_FAULTS
from playground.slack.workspace import Message
from playground.world import World
from tests.conftest import AEP, Clockwork, MakeWorld, button
from tests.drivers.messages import MEMBER_OF, NOT_ONE, mention, tell, use_shortcut
from tests.drivers.slash_command import press, said
from tests.slack.campaigns.test_faults import EXPECTED, STALE

WAYS = ("shortcut", "mention")
GOOD = ("none", "slow", "redirect_same", "large_list")  # faults a person does not notice, or hardly
OFFERED_AGAIN = "careCycle is not answering"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("fault", [name for name in EXPECTED if name != "hanging"])
async def test_a_fault_of_carecycle_gets_one_clear_answer(make_world: MakeWorld, fault: str, way: str) -> None:
    await _nothing_in_memory(await _world(make_world), fault, way)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("fault", [name for name in EXPECTED if name != "hanging"])
async def test_a_fault_with_an_older_record_shows_it_only_when_it_is_still_true(
    make_world: MakeWorld, fault: str, way: str
) -> None:
    time = Clockwork()
    await _older_record(await _world(make_world, time), fault, way, time)


@pytest.mark.slow
async def test_a_hanging_carecycle_gets_one_clear_answer_in_every_way(make_world: MakeWorld) -> None:
    """All ways at once: each waits until the bot itself gives up."""
    times = [Clockwork() for _ in WAYS]
    old, new = [await _world(make_world, time) for time in times], [await _world(make_world) for _ in WAYS]
    await asyncio.gather(
        *(_nothing_in_memory(here, "hanging", way) for here, way in zip(new, WAYS, strict=True)),
        *(_older_record(here, "hanging", way, time) for here, way, time in zip(old, WAYS, times, strict=True)),
    )


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("fault", ["unauthorized", "forbidden", "server_error", "rate_limited"])
async def test_several_ids_with_one_trouble_get_its_whole_sentence(make_world: MakeWorld, fault: str, way: str) -> None:
    here = await _world(make_world)
    _carecycle(here).fault = fault
    answer = await _answer(here, way, f"{AEP} 11111111-1111-4111-8111-111111111111")
    assert EXPECTED[fault][0] in said(answer)
    assert answer.ephemeral_for == "U01OWNER"


# What is there in the end: the card alone, a modal, a public card, a word beside what is there, or nothing at all.
CARD, MODAL, PUBLIC, TOLD, HOME, NOTHING = "card", "modal", "public", "told", "at home", "nothing"
DEEDS = ("show", "search", "share", "mention")
IN_LOG = {"show campaigns": "show", "share in thread": "share", "mention": "mention"}
# Of each fault of Slack, in the order of DEEDS. Where Slack takes no word from us nothing can be said.
SLACK: dict[str, tuple[str, str, str, str]] = {
    "none": (CARD, MODAL, PUBLIC, PUBLIC),
    "response_url_down": (HOME, MODAL, PUBLIC, PUBLIC),
    "response_url_gone": (HOME, MODAL, PUBLIC, PUBLIC),
    "web_api_down": (CARD, TOLD, TOLD, NOTHING),
    "web_api_limited": (CARD, TOLD, TOLD, NOTHING),
    "web_api_slow": (CARD, MODAL, PUBLIC, PUBLIC),
    "late_trigger": (CARD, TOLD, PUBLIC, PUBLIC),
    "messages_limited": (CARD, MODAL, TOLD, TOLD),
    "posting_refused": (CARD, MODAL, TOLD, TOLD),
}


@pytest.mark.parametrize("fault", SLACK_FAULTS)  # those of previews change nothing here
async def test_a_fault_of_slack_shows_what_came_of_it(
    log_lines: list[dict[str, object]], make_world: MakeWorld, fault: str
) -> None:
    """All ways in at once: most wait until the bot itself gives up."""
    expected = dict(zip(DEEDS, SLACK.get(fault, SLACK["none"]), strict=True))
    worlds = {audit_entry: await make_world() for audit_entry in DEEDS}
    await asyncio.gather(*(_do(here, audit_entry, fault) for audit_entry, here in worlds.items()))
    assert {audit_entry: _came_of(here) for audit_entry, here in worlds.items()} == expected
    assert not [line for line in log_lines if line["event"] == "bug"]
    lost = {IN_LOG[str(line["event"])] for line in log_lines if line.get("outcome") == "lost"}
    cleaning_up = {"share"} if fault.startswith("response_url") else set()  # the private card stays where it was
    assert lost == {audit_entry for audit_entry, what in expected.items() if what == NOTHING} | cleaning_up


async def test_a_search_that_does_not_open_says_that_there_is_no_id_and_another_way(here: World) -> None:
    here.slack.faults.set("late_trigger")
    (answer,) = await use_shortcut(here, NOT_ONE)
    assert "has no campaign id" in said(answer)
    assert "`/campaign` and part of a campaign’s name" in said(answer)


@pytest.mark.parametrize("word", ["not_in_channel", "channel_not_found", "is_archived", "restricted_action"])
async def test_a_refused_post_leaves_the_private_card_and_one_notice(here: World, word: str) -> None:
    (card,) = await use_shortcut(here, AEP, channel=MEMBER_OF)
    here.slack.workspace.channels[MEMBER_OF].refuses = word
    await press(here, card, "Share in thread")
    before, notice = _of_bot(here)
    assert before is card
    assert notice.ephemeral_for == "U01OWNER"
    assert ("`/invite @careCycle`" in said(notice)) == (word in ("not_in_channel", "channel_not_found"))


async def _do(here: World, audit_entry: str, fault: str) -> None:
    if audit_entry == "share":
        (card,) = await use_shortcut(here, AEP, channel=MEMBER_OF)
        here.slack.faults.set(fault)
        await press(here, card, "Share in thread")
        return
    here.slack.faults.set(fault)
    if audit_entry == "mention":
        await tell(here, mention(here, AEP))
    else:
        await use_shortcut(here, AEP if audit_entry == "show" else NOT_ONE)


def _came_of(here: World) -> str:
    if here.slack.workspace.modals:
        return MODAL
    shown = _of_bot(here)
    if any(message.ephemeral_for is None for message in shown):
        return PUBLIC
    if not shown:
        return HOME if here.slack.workspace.homes else NOTHING
    return CARD if "AEP Outreach 2026" in said(shown[-1]) else TOLD


async def _nothing_in_memory(here: World, fault: str, way: str) -> None:
    _carecycle(here).fault = fault
    says, requests = EXPECTED[fault]
    answer = await _answer(here, way)
    assert says in said(answer)
    assert len(_carecycle(here).requests) <= requests
    assert (answer.ephemeral_for is None) == (way == "mention" and fault in GOOD)
    if says == OFFERED_AGAIN:
        assert button(answer, "Try again")


async def _older_record(here: World, fault: str, way: str, time: Clockwork) -> None:
    await _answer(here, way)
    _carecycle(here).fault = fault
    time.move(300)
    answer = await _answer(here, way)
    if fault in STALE:
        assert STALE[fault] in said({"blocks": answer.blocks[:1]})
        assert (answer.ephemeral_for is None) == (way == "mention")
    else:
        assert EXPECTED[fault][0] in said(answer)
        assert "This is from" not in said(answer)


async def _answer(here: World, way: str, text: str = AEP) -> Message:
    """The one answer there is."""
    if way == "shortcut":
        (answer,) = await use_shortcut(here, text)
    else:
        (answer,) = await tell(here, mention(here, text))
    return answer


async def _world(make_world: MakeWorld, time: Clockwork | None = None) -> World:
    clock = Clock(time.now, time.time) if time else None
    return await make_world(carecycle=CareCycle(slow_seconds=0.05), clock=clock)


def _of_bot(here: World) -> list[Message]:
    return [message for message in here.slack.workspace.messages if message.user == "U0BOT"]


def _carecycle(here: World) -> CareCycle:
    assert here.carecycle
    return here.carecycle
