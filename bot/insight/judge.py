"""Judge a whole account at one reading: every rule, then the states of the problems that they found."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import get_args
from zoneinfo import ZoneInfo

from bot.campaigns import personal_numbers
from bot.campaigns.figures import left
from bot.insight import forecast, pace, states
from bot.insight.assessment import Assessed, Assessment, Outlook, TransferLook
from bot.insight.facts import broken_transfers
from bot.insight.problems import AllStandingStill, BrokenTransfers, Inconclusive, PastEnd, Problem, ProblemKind, Verdict
from bot.insight.series import History, Series
from bot.insight.shares import unusual_ends
from bot.insight.standing_still import standing_still
from bot.insight.today import CallsToday, calls_today, summed

ACTIVE = "active"  # only campaigns of this status have problems that need anybody
_FACTS = (BrokenTransfers, PastEnd)  # careCycle says them: in an account's first assessment they are open at once
_NO_DATA = Inconclusive("no_data")


@dataclass(frozen=True, slots=True)
class _Found:
    """What the rules say of one campaign."""

    problems: list[Problem] = field(default_factory=list)
    unknown: dict[states.Identity, Inconclusive] = field(default_factory=dict)
    outlook: Outlook | None = None
    today: CallsToday | None = None

    def note(self, kind: states.Identity, verdict: Verdict) -> None:
        """Add what one rule says of the problem, or the problems, that `kind` names."""
        if isinstance(verdict, Inconclusive):
            self.unknown[kind] = verdict
        elif verdict is not None:
            self.problems.append(verdict)


def judge(
    history: History,
    before: Assessment | None,
    at: datetime,
    zone: str,
    looks: Mapping[str, TransferLook],
    on_error: Callable[[str, Exception], None] | None = None,
) -> Assessment:
    """Return the assessment of the reading made at `at`, which `history` has and which is newer than `before`.

    `zone` is the IANA zone in which days and hours are told apart; `looks` says when transfers were last looked at.
    `on_error` gets the id of each campaign for which a rule raised an error: all others are judged. Raise it without.
    """
    listed = {id_: series for id_, series in history.items() if series.read and series.read[-1] == at}
    active = {id_: series for id_, series in listed.items() if series.last.status == ACTIVE}
    found, together = _apply_to_all(listed, active, at, ZoneInfo(zone), on_error)
    account = _account_wide(before, together, found, at, zone)
    campaigns = {
        id_: _assessed(id_, series, found.get(id_), before, account, looks.get(id_)) for id_, series in listed.items()
    }
    unseen = sum(campaigns[id_].transfers is None for id_ in active)
    today = summed(one.today for one in found.values())
    return replace(account, campaigns={**_left_out(history, before), **campaigns}, not_looked_at=unseen, today=today)


def _left_out(history: History, before: Assessment | None) -> dict[str, Assessed]:
    """Return the campaigns with problems that were there at the last reading, and now are not, for the first time.

    A list that changes while it is read may leave one out: that closes nothing.
    """
    if before is None:
        return {}
    there = {id_: one for id_, one in before.campaigns.items() if one.open and id_ in history}
    return {id_: one for id_, one in there.items() if history[id_].read[-1:] == [before.at]}


def _apply_to_all(
    listed: History, active: History, at: datetime, zone: ZoneInfo, on_error: Callable[[str, Exception], None] | None
) -> tuple[dict[str, _Found], AllStandingStill | None]:
    """Apply the rules. When one raises an error, find the campaigns with which it does, and judge the others."""
    try:
        return _apply_rules(listed, active, at, zone)
    except Exception:
        if on_error is None:
            raise
        odd = set()
        for id_, series in listed.items():
            try:
                _apply_rules({id_: series}, {id_: series} if id_ in active else {}, at, zone)
            except Exception as error:  # any error: it is told, and the others are judged
                odd.add(id_)
                on_error(id_, error)
        if not odd:
            raise
    sound, sound_active = ({id_: one for id_, one in some.items() if id_ not in odd} for some in (listed, active))
    found, together = _apply_rules(sound, sound_active, at, zone)
    unknown: dict[states.Identity, Inconclusive] = {(kind,): _NO_DATA for kind in get_args(ProblemKind)}
    return found | {id_: _Found(unknown=dict(unknown)) for id_ in odd if id_ in active}, together


def _apply_rules(
    listed: History, active: History, at: datetime, zone: ZoneInfo
) -> tuple[dict[str, _Found], AllStandingStill | None]:
    found = {id_: _Found() for id_ in active}
    for (id_, bad_end), verdict in unusual_ends(listed, at, zone).items():
        found[id_].note(("unusual_ends", bad_end), verdict)
    still, together = standing_still(active, at, zone)
    for id_, verdict in still.items():
        # While most stand still together it is said once, for the account: of a single campaign nothing is known then.
        found[id_].note(("standing_still",), Inconclusive("gap") if together else verdict)
    moments = _moments(listed)
    for id_, series in active.items():
        today = calls_today(series, at, zone, moments)
        found[id_] = replace(_with_outlook(found[id_], series, at, zone), today=today)
    return found, together


def _moments(listed: History) -> Sequence[datetime]:
    """Return when the account was read as a whole, as the campaign shows it that was in most readings."""
    longest = max(listed.values(), key=lambda one: len(one.read), default=None)
    return [one for one in longest.read if one not in longest.coarse] if longest else ()


def _with_outlook(found: _Found, series: Series, at: datetime, zone: ZoneInfo) -> _Found:
    outlook = forecast.outlook(series, at, zone)
    if not any(one.kind == "standing_still" for one in found.problems):
        found.note(("slow",), pace.slow(series, at, zone))
    found.note(("runs_empty",), forecast.runs_empty(series, outlook, at, zone))
    found.note(("unreached",), forecast.unreached(series, outlook, at, zone))
    found.note(("past_end",), forecast.past_end(series, outlook, at, zone))
    found.problems.extend(broken_transfers(series.last))
    if series.last.findings is None:
        found.unknown["broken_transfers",] = _NO_DATA
    return replace(found, outlook=outlook)


def _account_wide(
    before: Assessment | None, together: AllStandingStill | None, found: Mapping[str, _Found], at: datetime, zone: str
) -> Assessment:
    """Return the new assessment with its account-wide problem alone: two readings open it, two close it.

    A reading by which none of its active campaigns can be judged changes nothing.
    """
    was, doubted = (before.standing_still, before.suspected_still) if before else (None, None)
    new = Assessment(at, {}, zone=zone, account=before.account if before else "")
    if together:
        is_open = was is not None or doubted is not None
        return replace(new, standing_still=together if is_open else None, suspected_still=None if is_open else together)
    if (one := was or doubted) and _is_unknown(one, found):
        return replace(new, standing_still=was, suspected_still=doubted, moving=before.moving if before else 0)
    moving = before.moving + 1 if before and was else 0
    return replace(new, standing_still=was, moving=moving) if was and moving < states.CLOSES_AFTER else new


def _is_unknown(still: AllStandingStill, found: Mapping[str, _Found]) -> bool:
    active = [found[id_] for id_ in still.campaigns if id_ in found]
    return bool(active) and all(("standing_still",) in one.unknown for one in active)


def _assessed(
    id_: str,
    series: Series,
    found: _Found | None,
    before: Assessment | None,
    account: Assessment,
    look: TransferLook | None,
) -> Assessed:
    last, was = series.last, before.campaigns.get(id_) if before else None
    new = Assessed(
        name=personal_numbers.masked(last.name),
        status=last.status,
        customers=last.customers,
        left=left(last),
        transfers=look or (was.transfers if was else None),
        moved=_moved(series),
        read_since=series.read[0] if series.read else None,
    )
    if found is None:  # a campaign whose status was not sent keeps what it had
        return replace(new, open=was.open, suspected=was.suspected) if was and last.status is None else new
    opened, suspected = states.advance(
        was.open if was else (), was.suspected if was else (), found.problems, found.unknown, account.at
    )
    if before is None:
        opened, suspected = states.open_at_once(opened, suspected, _FACTS)
    if account.standing_still:
        opened = tuple(one for one in opened if one.problem.kind != "standing_still")
    unjudged = {kind[0]: why for kind, why in found.unknown.items()}
    return replace(new, open=opened, suspected=suspected, outlook=found.outlook, unjudged=unjudged)


def _moved(series: Series) -> datetime | None:
    """Return the last reading in which the calls had grown."""
    points = series.points
    for before, point in zip(reversed(points[:-1]), reversed(points), strict=False):
        was, now = before.figures.calls, point.figures.calls
        if was is not None and now is not None and now > was and not point.coarse:
            return point.at
    return None
