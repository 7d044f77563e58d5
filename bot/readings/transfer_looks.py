"""Read single campaigns for their transfers, which lists leave out: a few at each reading, the oldest look first."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.campaigns.figures import Figures, TransferProblem, figures_of
from bot.carecycle.rate_limit import Asker
from bot.errors import CareCycleError
from bot.insight.assessment import TransferLook
from bot.insight.judge import ACTIVE
from bot.insight.series import AccountReading
from bot.workspaces.workspace import Workspace

MOST = 20  # single reads at a reading
AGAIN = timedelta(hours=6)  # until a campaign that nobody changed is looked at again
LEAST_LEFT = 30  # requests of the minute that must be left before one more is sent
_AT_ONCE = 5
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look at one campaign's transfers showed."""

    look: TransferLook
    findings: tuple[TransferProblem, ...] | None  # None: careCycle does not say how they are set up


def due(reading: AccountReading, looked: Mapping[str, TransferLook], now: datetime) -> list[str]:
    """Return the ids of the active campaigns to look at now, at most MOST: those never looked at, then the oldest look.

    A campaign is looked at again when its status or the time of its last change is another one, or after AGAIN. What
    it counts does not matter. The list may show the transfers by itself: then no look is needed.
    """
    waiting = [
        id_
        for id_, one in reading.campaigns.items()
        if one.status == ACTIVE and one.findings is None and _is_due(one, looked.get(id_), now)
    ]
    waiting.sort(key=lambda id_: _at(looked.get(id_)))
    return waiting[:MOST]


async def look(workspace: Workspace, ids: Sequence[str], now: datetime) -> dict[str, Looked]:
    """Read these campaigns as background work, as long as LEAST_LEFT requests of the minute are left.

    The records are kept for cards. Stop at the first that careCycle does not send; what was read until then counts.
    """
    found: dict[str, Looked] = {}
    waiting = list(ids)
    while waiting and (room := workspace.room(Asker.PERSON) - LEAST_LEFT + 1) > 0:
        count = min(_AT_ONCE, room)
        now_read, waiting = waiting[:count], waiting[count:]
        answers = await asyncio.gather(*(_one(workspace, id_, now) for id_ in now_read))
        found |= {id_: one for id_, one in zip(now_read, answers, strict=True) if one}
        if None in answers:
            break
    return found


def with_findings(
    reading: AccountReading, looked: Mapping[str, Looked], before: Mapping[str, Figures]
) -> AccountReading:
    """Return the reading with what the looks found; without a new look, what the reading before had stays."""

    def of(id_: str, one: Figures) -> Figures:
        if new := looked.get(id_):
            return replace(one, findings=new.findings)
        was = before.get(id_)
        return replace(one, findings=was.findings) if one.findings is None and was and was.findings is not None else one

    return replace(reading, campaigns={id_: of(id_, one) for id_, one in reading.campaigns.items()})


def shown_by_list(reading: AccountReading) -> dict[str, TransferLook]:
    """Return a look for each campaign whose transfers the list itself shows."""
    return {
        id_: TransferLook(reading.at, one.status, one.updated)
        for id_, one in reading.campaigns.items()
        if one.findings is not None
    }


def _is_due(one: Figures, last: TransferLook | None, now: datetime) -> bool:
    return last is None or (last.status, last.updated) != (one.status, one.updated) or now - last.at >= AGAIN


def _at(last: TransferLook | None) -> datetime:
    return last.at if last else _NEVER


async def _one(workspace: Workspace, campaign_id: str, now: datetime) -> Looked | None:
    try:
        read = await workspace.campaign(campaign_id, newer_than=now - timedelta(minutes=1), asker=Asker.BACKGROUND)
    except CareCycleError:
        return None
    if read.problem:  # an old record
        return None
    figures = figures_of(read.campaign)
    return Looked(TransferLook(read.as_of, figures.status, figures.updated), figures.findings)
