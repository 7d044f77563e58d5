"""What a digest must not say: to another company, in a log, or by names that are made to deceive."""

import json
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any

import pytest

from bot.digests.digest import CampaignFilter, Digest
from bot.insight.problems import BrokenTransfers
from playground.carecycle import PLAYGROUND_KEY, CareCycle
from playground.samples import samples
from playground.slack.web_api import BOT_TOKEN
from playground.slack.workspace import Message
from tests.conftest import AEP, MakeWorld
from tests.drivers.digest_deliveries import CHANNEL, OWNER, SUNRISE, Deliveries, delivering
from tests.drivers.digest_forms import form, opened_by, press_in
from tests.drivers.judged_accounts import judged
from tests.drivers.modals import close_all
from tests.drivers.short_cards import INSIDE, OUTSIDER, PARTNER, WHY, campaign
from tests.drivers.slash_command import ask_one, finished, press, said
from tests.samples.assessments import account, assessed

GUEST = "U04GUEST"
BY_ID = CampaignFilter(ids=(AEP,))
EVIL = (
    "<!channel> <!here|x> <@U99EVIL> <#C99EVIL> <!subteam^S99EVIL>",
    "<https://evil.example|careCycle> <mailto:evil@evil.example|x>",
    "*bold* _it_ ~no~ `code` ```block``` > quote",
    "\u202ereversed\u202c קו בריאות خط الصحة",
    "evil " * 2_000,
    "🎉👩‍⚕️🇺🇸" * 25,
    ":tada: &lt;!channel&gt; &amp;lt;!here&amp;gt;",
    "first\n\n> second\n• third\u0000\u200f",
)
LENGTHS = {"none": "full", "new_blocks_refused": "condensed"}
# What Slack would make of it, were it mrkdwn: somebody called, a link, a mark, an emoji, text turned around.
DECEIVES = re.compile(r"<!(?!date\^)|<@U99|<#C99|<https?:|<mailto:|\*bold\*|_it_|~no~|`code`|:tada:|\n&gt; second")
LINK = re.compile(r"<https://sunrise-benefits\.slack\.com/archives/\w+/p\d+\|")  # this app's own, to a digest
TURNS = re.compile("[\u200f\u202e]")


@pytest.fixture
async def there(make_world: MakeWorld) -> Deliveries:
    """A campaign with something inside of everything, and a channel that is shared with another company."""
    made = await delivering(make_world, carecycle=CareCycle([campaign()]))
    made.world.slack.workspace.channels[PARTNER].bot_is_member = True
    now = made.time.now()
    broken = BrokenTransfers("groups[Spanish].agents", "nobody", "Nobody in group Spanish can take a call")
    await judged(made.world, account(assessed("AEP Outreach 2026", broken, at=now), at=now))
    return made


async def send(there: Deliveries, digest: Digest, *, cards: int = 0) -> list[Message]:
    """Sends it now; all that came of it, with so many cards in its thread."""
    workspace = there.world.slack.workspace
    before, count = len(workspace.messages), len(await there.ledger(digest)) + 1
    there.time.move(60)
    await there.world.bot.services.digests.send_now(digest, OWNER)
    await there.ended(digest, count)
    await workspace.until(lambda: sum(one.thread_ts is not None for one in workspace.messages[before:]) == cards)
    return workspace.messages[before:]


async def refuse_shared(there: Deliveries) -> None:
    workspace = await there.world.bot.workspaces.of(SUNRISE)
    await workspace.save_preferences(replace(workspace.preferences, shared_channels="none"), (), OWNER)


# --- channels shared with another company


async def test_no_form_of_a_digest_says_there_what_is_inside(there: Deliveries) -> None:
    looks: tuple[dict[str, Any], ...] = ({}, {"length": "condensed"}, {"threaded": True})
    shown: list[Message] = []
    for fault in ("none", "new_blocks_refused"):
        there.world.slack.faults.set(fault)
        for look in looks:
            digest = await there.make(channel_id=PARTNER, choice=BY_ID, **look)
            shown += await send(there, digest, cards=int(digest.threaded))
    assert [WHY in said(one) for one in shown] == [True] * 8
    assert [INSIDE.search(said(one)) for one in shown] == [None] * 8
    assert INSIDE.search(said((await send(there, await there.make(choice=BY_ID)))[0])), "elsewhere it is said"


async def test_neither_does_a_preview(there: Deliveries) -> None:
    for channel, is_inside in ((PARTNER, False), (CHANNEL, True)):
        await press_in(there.world, await form(there.world, channel=channel), "Preview")
        preview = there.world.slack.modals_of(OWNER)[-1]  # a window over the form
        assert bool(INSIDE.search(said(preview.view))) is is_inside
        close_all(there.world)


async def test_a_channel_that_becomes_shared_gets_the_short_form_from_the_next_one_on(there: Deliveries) -> None:
    digest = await there.make(choice=BY_ID, threaded=True)
    assert INSIDE.search(said((await send(there, digest, cards=1))[0]))
    there.world.slack.workspace.channels[CHANNEL].shared_with = "Harbor Benefits"
    messages = await send(there, digest, cards=1)
    assert [INSIDE.search(said(one)) for one in messages] == [None, None]
    assert [WHY in said(one) for one in messages] == [True, True]


async def test_where_managers_want_nothing_there_it_fails_and_says_so_to_its_owner(there: Deliveries) -> None:
    digest = await there.make(channel_id=PARTNER)
    await refuse_shared(there)
    await there.at(digest)
    await there.ended(digest)
    await there.world.slack.workspace.until(lambda: bool(there.told(OWNER)))
    (told,) = there.told(OWNER)
    (row,) = await there.ledger(digest)
    assert (row.state, row.reason, there.posted) == ("failed", "not_shown", [])
    assert not INSIDE.search(said(told))


async def test_somebody_of_another_company_can_do_nothing_with_a_digest_there(there: Deliveries) -> None:
    digest = await there.make(channel_id=PARTNER, name="Only for us")
    (message,) = await send(there, digest)
    before = await there.read(digest), await there.ledger(digest)
    slack = there.world.slack
    for told, label in enumerate(("Pause", "Edit", "History"), 1):
        await press(there.world, message, label, user=OUTSIDER)
        shown: list[Any] = [*(modal.view for modal in slack.modals_of(OUTSIDER)), *slack.workspace.seen_by(OUTSIDER)]
        answers = [said(one) for one in shown if one is not message]
        assert len(answers) == told
        assert "Only for us" not in "".join(answers)
    assert (await there.read(digest), await there.ledger(digest)) == before


async def test_a_guest_sees_nothing_of_the_form_and_pauses_nothing(there: Deliveries) -> None:
    digest = await there.make(choice=CampaignFilter(words="a word of theirs"))
    (message,) = await send(there, digest)
    await press(there.world, message, "Edit", user=GUEST)
    (modal,) = there.world.slack.modals_of(GUEST)
    assert "Only managers and this digest’s owner" in said(modal.view)
    assert "a word of theirs" not in said(modal.view)
    await press(there.world, message, "Pause", user=GUEST)
    assert (await there.read(digest)).pause is None


# --- names that are made to deceive


async def test_whatever_campaigns_and_digests_are_called_nothing_of_it_works(make_world: MakeWorld) -> None:
    campaigns = [
        {**campaign(), "id": f"{AEP[:-2]}{n:02}", "name": name, "endDate": "2026-11-25T00:00:00.000Z"}
        for n, name in enumerate(EVIL)
    ]
    there = await delivering(make_world, carecycle=CareCycle(campaigns))
    assert there.world.carecycle
    there.world.carecycle.now = there.time.time  # its minute is over when ours is
    every = CampaignFilter(status="active")
    await send(there, await there.make(name=EVIL[0], choice=every, threaded=True), cards=len(EVIL))
    for told, (name, fault) in enumerate(zip(EVIL, ("none", "new_blocks_refused") * 4, strict=True)):
        await there.hears(OWNER, told)  # else the answer to that, and not the next digest's, would be lost
        there.world.slack.faults.set(fault)
        await send(there, digest := await there.make(name=name, choice=every, length=LENGTHS[fault]))
        there.world.slack.faults.set("answer_lost", times=1)
        await send(there, digest)
    shown: list[Any] = [*there.world.slack.workspace.messages, *[one async for one in _windows(there)]]
    await there.hears(OWNER, len(EVIL))
    assert {one for shape in shown for one in _mrkdwn(shape) if DECEIVES.search(LINK.sub("", one))} == set()
    assert not TURNS.search("".join(said(one) for one in there.world.slack.workspace.messages)), "nor in plain text"


async def _windows(there: Deliveries) -> AsyncIterator[Any]:
    """The list, and behind its buttons the history, the form and the words about a pause."""
    listing = await ask_one(there.world, "digest", channel=CHANNEL)
    for label in ("History", "Edit"):
        yield (await opened_by(there.world, listing, label)).view
        close_all(there.world)
    await press(there.world, listing, "Pause for a day")
    yield listing
    await press(there.world, there.posted[0], "Pause")
    yield there.world.slack.workspace.messages[-1]


def _mrkdwn(shown: Any) -> Iterator[str]:
    """Every text in which Slack looks for marks, mentions and links."""
    if isinstance(shown, Message):
        yield shown.text
        yield from _mrkdwn(shown.blocks)
    elif isinstance(shown, list):
        for one in shown:
            yield from _mrkdwn(one)
    elif isinstance(shown, dict):
        if shown.get("type") == "mrkdwn":
            yield shown["text"]
        for one in shown.values():
            yield from _mrkdwn(one)


# --- the log


async def test_the_log_of_a_whole_delivery_names_nothing(
    log_lines: list[dict[str, Any]], make_world: MakeWorld
) -> None:
    there = await delivering(make_world)
    await send(there, await there.make(choice=BY_ID, threaded=True), cards=1)
    digest = await there.make(name="Everything before nine")
    assert there.world.carecycle
    for slack, carecycle in (("new_blocks_refused", "none"), ("answer_lost", "none"), ("none", "unauthorized")):
        there.world.slack.faults.set(slack)
        there.world.carecycle.fault = carecycle
        await send(there, digest)
    await finished(there.world)
    lines = "\n".join(json.dumps(line, ensure_ascii=False) for line in log_lines)
    assert "digest sent" in lines
    assert "digest unconfirmed" in lines
    names = {str(one["name"]) for one in samples("sunrise") if one.get("name")}
    hidden = {digest.name, "stand-up", "Needs a look", PLAYGROUND_KEY, BOT_TOKEN, "Dana Ruiz", *names}
    assert [one for one in hidden if one in lines] == []
