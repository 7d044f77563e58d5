"""Build the *Needs a look* part of a digest: a line for each campaign with all its reasons, most urgent first."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from blocks import kit, words
from blocks.campaigns import problems
from blocks.campaigns.campaign import status_name
from blocks.campaigns.times import Wording
from blocks.card_options import WHOLE, CardOptions
from blocks.kit import Block
from blocks.short_reasons import short_reason_of
from bot.campaigns.dates import is_day
from bot.campaigns.figures import finished
from bot.digests.attention import COUNTERS, Kind, Row
from bot.digests.comparison import Absent, Comparison
from bot.insight.assessment import Assessment
from bot.insight.problems import Problem, ProblemKind

_LINES, _CHARACTERS = 8, 2600  # lines, characters (Slack: 3,000 in a section); the rest is counted
_NAMED = 3  # campaigns by name in one line; the rest is counted
_NAME, _FINDING, _PROBLEM = 70, 120, 240
_EMOJI: dict[Kind, str] = {
    "status": "🔵",
    "judged": "⚠️",  # see _MARKS
    "stalled": "🔴",
    "failures": "⚠️",
    "routing": "⚠️",
    "ends": "⏳",
    "missing": "❔",
    "down": "📉",
}
_MARKS: dict[ProblemKind, str] = {"standing_still": "🔴", "runs_empty": "⏳", "unreached": "⏳", "past_end": "⏳"}


@dataclass(frozen=True, slots=True)
class Scene:
    """The names and times that the lines of a digest use."""

    names: Mapping[str, str]  # of the campaigns, by id (plain text)
    since: str  # the last delivery's time in words; empty for the first delivery
    today: date  # in the digest's own zone
    zone: ZoneInfo  # of the digest
    now: datetime  # when the digest's figures were read
    assessment: Assessment | None = None  # the account's last one, if it is not too old
    options: CardOptions = WHOLE

    @property
    def account_wide(self) -> str:
        """What is so of most campaigns together (mrkdwn); empty when nothing is."""
        return words.literal(problems.account_wide(self.assessment, self.said)) if self.assessment else ""

    @property
    def said(self) -> Wording:
        """How problems are worded: as plain text, with times in the digest's own zone."""
        return Wording(self.now, self.zone, plain=True)


def needs_a_look(comparison: Comparison, scene: Scene) -> Iterator[Block]:
    """Yield the most urgent campaigns and the number of the others. Yield nothing when no campaign needs a look."""
    shown, rest = urgent(comparison, scene)
    if shown:
        yield kit.section("\n".join(("*Needs a look*", *shown)))
    if rest:
        yield kit.context(f"and {words.number(rest)} more to look at")


def urgent(comparison: Comparison, scene: Scene) -> tuple[list[str], int]:
    """Return the lines of the most urgent campaigns (mrkdwn), and the number of the other ones that need a look."""
    shown: list[str] = []
    rest, room = 0, _CHARACTERS
    if account := scene.account_wide:
        shown.append(f"🔴 {account}")
    for line, campaigns in _lines(comparison, scene):
        room -= len(line)
        if rest or len(shown) >= _LINES or room < 0:
            rest += campaigns
        else:
            shown.append(line)
    return shown, rest


def come_and_gone(comparison: Comparison, scene: Scene) -> Iterator[str]:
    """Yield which campaigns are new, and which are no longer there (mrkdwn)."""
    if comparison.new:
        yield f"New here: {listed([row.id for row in comparison.new], scene.names)}"
    if comparison.gone:
        yield f"No longer here: {listed([one.id for one in comparison.gone], scene.names)}"


def listed(ids: Sequence[str], names: Mapping[str, str], *, mark: str = "*") -> str:
    """Join campaigns' names: `A, B, C and 3 more`. `mark` is put before and after each name (mrkdwn)."""
    said = ", ".join(f"{mark}{_name(names[id_])}{mark}" for id_ in ids[:_NAMED])
    return f"{said} and {words.number(len(ids) - _NAMED)} more" if len(ids) > _NAMED else said


def _lines(comparison: Comparison, scene: Scene) -> Iterator[tuple[str, int]]:
    """Yield each line with its number of campaigns: those that could not be read for the same reason share a line."""
    rows = {row.id: row for row in comparison.rows}
    errors = {one.id: one.error for one in comparison.missing}
    told: set[str] = set()
    for id_ in comparison.attention:
        if row := rows.get(id_):
            yield _line(row, scene), 1
        elif errors[id_] not in told:
            told.add(errors[id_])
            alike = [one for one in comparison.missing if one.error == errors[id_]]
            yield _unread(alike, scene), len(alike)


def _unread(alike: list[Absent], scene: Scene) -> str:
    why = short_reason_of(alike[0].error)
    if len(alike) > 1 and why.startswith("is "):
        why = f"are {why.removeprefix('is ')}"
    return f"{_EMOJI['missing']} {listed([one.id for one in alike], scene.names)} {why}"


def _line(row: Row, scene: Scene) -> str:
    reasons = "; ".join(_REASONS[kind](row, scene) for kind in row.reasons)
    return f"{_mark(row, scene)} *{_name(scene.names[row.id])}*: {reasons}"


def _mark(row: Row, scene: Scene) -> str:
    first = _open(row, scene)[:1] if row.reasons[0] == "judged" else ()
    return next((_MARKS[one.kind] for one in first if one.kind in _MARKS), _EMOJI[row.reasons[0]])


def _judged(row: Row, scene: Scene) -> str:
    """Say the problems that the last assessment has of it, as plain text made safe."""
    one = scene.assessment.campaigns[row.id] if scene.assessment else None
    said = (problems.sentence(problem, one, scene.said) for problem in _open(row, scene)) if one else ()
    return "; ".join(words.literal(text, _PROBLEM) for text in said)


def _open(row: Row, scene: Scene) -> Sequence[Problem]:
    one = scene.assessment.campaigns.get(row.id) if scene.assessment else None
    return problems.ordered(one, scene.options) if one else ()


def _status(row: Row, _: Scene) -> str:
    now, was = (words.literal(status_name(status), 60) for status in (row.figures.status, row.was))
    return f"{now} now, was {was}"


def _stalled(row: Row, scene: Scene) -> str:
    left = words.amount(row.counts["left"].now, "customer")
    return f"no calls since {scene.since}, still active, {left} left"


def _failures(row: Row, _: Scene) -> str:
    failed, completed = row.counts["failed"].delta, row.counts["completed"].delta
    beside = f", {words.number(completed)} more completed" if completed is not None and completed >= 0 else ""
    return f"{words.number(failed)} more failed{beside}"


def _routing(row: Row, _: Scene) -> str:
    found = (*row.new_findings, *(one for one in row.figures.findings or () if one not in row.new_findings))
    first = found[0].says
    said = words.literal(f"{first[:1].lower()}{first[1:]}", _FINDING)
    more = f" and {words.number(len(found) - 1)} more" if len(found) > 1 else ""
    return f"{said}{more} (transfers{', new' if row.new_findings else ''})"


def _ends(row: Row, scene: Scene) -> str:
    one = row.figures
    day = f"ends {_day(one.ends, scene)}" if one.ends else "ends soon"
    done = finished(one)
    return f"{day} with {words.share(done, one.customers)} finished" if one.customers and done is not None else day


def _day(ends: datetime, scene: Scene) -> str:
    when = ends.date() if is_day(ends) else ends.astimezone(scene.zone).date()
    ahead = (when - scene.today).days
    return ("today", "tomorrow")[max(ahead, 0)] if ahead < 2 else f"on {when:%A}"


def _down(row: Row, _: Scene) -> str:
    fell = ((one, row.counts[one]) for one in COUNTERS if (row.counts[one].delta or 0) < 0)
    said: Iterable[str] = (
        f"{one} went down to {words.number(count.now)} from {words.number(count.was)}" for one, count in fell
    )
    return ", ".join(said)


_REASONS: dict[Kind, Callable[[Row, Scene], str]] = {
    "status": _status,
    "judged": _judged,
    "stalled": _stalled,
    "failures": _failures,
    "routing": _routing,
    "ends": _ends,
    "down": _down,
}


def _name(name: str) -> str:
    return words.literal(name, _NAME)
