"""Digest, list, problems, card, check and App Home say the same of every campaign at the same reading."""

import asyncio
import re
from datetime import datetime, timedelta

import pytest

from blocks.campaigns.problems import ordered, sentence, wording
from bot.delivery.operations import new_id
from bot.digests.digest import CampaignFilter, Digest
from bot.digests.timetable import Timetable
from bot.insight.assessment import Assessed, Assessment
from bot.store import delivery_reports, digests
from playground.clock import NEW_YORK
from playground.slack.workspace import Message
from playground.world import World
from tests.conftest import MakeWorld
from tests.drivers.app_home import open_home
from tests.drivers.slash_command import ask_one, press, said
from tests.drivers.stories import go_to, lived, tell

SUNRISE, CHANNEL, OWNER = "T01SUNRISE", "C02STANDUP", "U01OWNER"
TUESDAY = datetime(2026, 11, 17, 13, 0, tzinfo=NEW_YORK)  # the stall of 10:40 is known by then
NOBODYS = " new york time"  # where the reader's zone is not known
_SLACK_DATE = re.compile(r"<!date\^(\d+)\^[^|]*\|([^>]*)>")


@pytest.mark.slow
@pytest.mark.timeout(300)  # nine days of readings are made first
async def test_every_surface_names_the_same_campaigns_with_the_same_problems(make_world: MakeWorld) -> None:
    here = await lived(make_world, before=timedelta(days=9))
    await tell(here, "stall at 10:40")
    await _digest_at(here, "13:01")
    await go_to(here, TUESDAY)
    truth = await _truth(here)
    troubled, calm = dict(truth.needing_a_person()), _active(truth, calm=True)
    assert any(problem.kind == "standing_still" for one in troubled.values() for problem in one.problems)
    assert calm
    await _say_the_same(here, truth, troubled, calm)


async def _say_the_same(
    here: World, truth: Assessment, troubled: dict[str, Assessed], calm: dict[str, Assessed]
) -> None:
    pages = await _pages(here, "problems")
    listed = await _pages(here, "list problems")
    assert _named(pages, troubled | calm) == set(troubled)
    assert _named(listed, troubled | calm) == set(troubled)
    home, now = _plain(await open_home(here)), here.bot.services.clock.now()
    shown = dict(truth.needing_a_person()[:5])
    for id_, one in troubled.items():
        card, check = [_plain(said(await ask_one(here, text))) for text in (id_, f"check {id_}")]
        for problem in ordered(one):
            sentence_ = _plain(sentence(problem, one, wording(truth, now, waiting=False))).removesuffix(NOBODYS)
            assert sentence_ in pages
            if problem.kind != "broken_transfers":  # a card and a check have its record, and say it in their own place
                assert sentence_ in card, (one.name, problem)
                assert sentence_ in check, (one.name, problem)
        assert (one.name.casefold() in home) is (id_ in shown)
    for id_, one in list(calm.items())[:3]:
        assert "⚠️" not in (shown_ := said(await ask_one(here, id_))), (one.name, shown_[:3000])
    digest, told = await _digest(here)
    assert told == set(troubled)  # alike problems are one line, which names the first campaigns and counts the others
    assert any(one.name.casefold() in digest for one in troubled.values())
    assert not any(f"{one.name.casefold()}:" in digest for one in calm.values())


async def _truth(here: World) -> Assessment:
    current = await here.bot.services.assessments.latest(SUNRISE)
    assert current
    assert here.bot.services.clock.now() - current.assessment.at < timedelta(minutes=16)
    return current.assessment


def _active(truth: Assessment, *, calm: bool) -> dict[str, Assessed]:
    found = truth.campaigns.items()
    return {id_: one for id_, one in found if one.status == "active" and bool(one.open) is not calm}


async def _pages(here: World, text: str) -> str:
    message = await ask_one(here, text)
    pages = [said(message)]
    while '"next ten"' in pages[-1]:
        await press(here, message, "Next ten")
        message = _again(here, message)
        pages.append(said(message))
    return _plain("\n".join(pages))


def _again(here: World, message: Message) -> Message:
    return next(one for one in here.slack.workspace.messages if one.ts == message.ts)


def _named(text: str, among: dict[str, Assessed]) -> set[str]:
    return {id_ for id_, one in among.items() if f"*{one.name}*".casefold() in text}


def _plain(text: str) -> str:
    """Return a text in lower case, with Slack's dates in their words."""
    return _SLACK_DATE.sub(r"\2", text).casefold()


async def _digest_at(here: World, time: str) -> None:
    timetable = Timetable("America/New_York", frozenset(range(1, 8)), (time,))
    digest = Digest(new_id(), SUNRISE, "All", CHANNEL, OWNER, timetable, CampaignFilter(status="active"))
    await here.bot.services.digests.save(digest, OWNER, new=True)


async def _digest(here: World) -> tuple[str, set[str]]:
    """Return the words of the next digest, and the ids of the campaigns of which it told problems."""
    before = len(here.slack.workspace.messages)
    await go_to(here, TUESDAY + timedelta(minutes=2))
    await here.slack.workspace.until(lambda: len(here.slack.workspace.messages) > before)
    (digest,) = await digests.of_workspace(here.bot.db, SUNRISE)
    async with asyncio.timeout(20):
        while (last := await delivery_reports.last_sent(here.bot.db, digest.id, CHANNEL)) is None:  # noqa: ASYNC110 - no event
            await asyncio.sleep(0.1)
    told = {one.campaign_id for one in last[1].said or ()}
    return _plain(said(here.slack.workspace.messages[-1])), told
