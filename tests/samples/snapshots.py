"""Snapshots of made-up campaigns, the last delivery, and accounts judged by hand, for what a digest says."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from bot.campaigns.figures import Figures
from bot.digests.changes import Leavers
from bot.digests.compare import Account, report
from bot.digests.report import Report
from bot.digests.snapshot import Delivered, Snapshot
from bot.insight.assessment import Assessment, Current, OpenProblem
from bot.insight.problems import Problem, StandingStill
from tests.samples.assessments import assessed

MONDAY: Final = datetime(2026, 11, 23, 14, 0, 5, tzinfo=UTC)  # nine o'clock in New York
DAY: Final = timedelta(days=1)
EARLIER: Final = timedelta(hours=2)


def campaign(name: str = "Spring", **more: Any) -> Figures:  # Any: of Figures
    """An active one with 412 calls, 80 completed, 8 failed, and 300 left."""
    states = {"pending": 280, "in_progress": 20, "completed": 80, "failed": 8}
    return Figures(**{"name": name, "status": "active", "customers": 400, "calls": 412, "states": states, **more})


def counted(one: Figures, **states: int) -> Figures:
    """The campaign with other numbers of customers by state."""
    return replace(one, states={**one.states, **states})


def snapshot(at: datetime = MONDAY, missing: Mapping[str, str] | None = None, /, **campaigns: Figures) -> Snapshot:
    """Campaigns by id. It was made by this version."""
    return Snapshot(at, at.date(), campaigns, missing or {}, said=())


def delivered(one: Snapshot) -> Delivered:
    return Delivered(one.as_of + timedelta(seconds=3), one)


def judged(at: datetime = MONDAY, opened: datetime | None = None, /, **problems: tuple[Problem, ...]) -> Current:
    """An account read at this moment, with the open problems of each campaign, 310 customers of which wait.

    Those that do not stand still have just called.
    """
    since = opened or at - EARLIER
    campaigns = {
        id_: assessed(
            id_,
            moved=next((one.since for one in some if isinstance(one, StandingStill)), at),
            open=tuple(OpenProblem(one, since, at) for one in some),
        )
        for id_, some in problems.items()
    }
    return Current(Assessment(at, campaigns))


def waiting(current: Current, /, **left: int | None) -> Current:
    """The same account, when so many customers of these campaigns wait."""
    campaigns = dict(current.assessment.campaigns)
    campaigns |= {id_: replace(campaigns[id_], left=count) for id_, count in left.items()}
    return replace(current, assessment=replace(current.assessment, campaigns=campaigns))


def told(
    now: Snapshot, before: Delivered | None = None, current: Current | None = None, *, short: bool = False
) -> tuple[Report, Delivered]:
    """What a delivery says, and the delivery as the next one sees it. `short`: in a channel with other companies."""
    account = Account(current, with_transfers=not short) if current else Account(None, "off")
    at = now.as_of + timedelta(seconds=3)
    made = report(now, before, Leavers(), account, at)
    return made, Delivered(at, replace(now, said=made.said))
