"""Build a digest's message: its campaigns at one moment, and what changed since the last message in this channel.

The rich version has Slack's `data_table` and `data_visualization`, which only the Web API takes. The plain version has
classic blocks only: a campaign is a line, and there is no chart. It is for terminals, and for when Slack refuses the
rich version.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from blocks import kit, words
from blocks.campaigns.campaign import OPEN_LIST
from blocks.card_options import WHOLE, CardOptions, why_short
from blocks.digests import charts, timetable
from blocks.digests.attention import Scene, come_and_gone, listed, needs_a_look, urgent
from blocks.digests.reasons import why
from blocks.digests.table import lines, names, table
from blocks.kit import Block, Message
from blocks.short_reasons import short_reason_of
from bot.digests.comparison import Comparison, Delivered, Total
from bot.digests.digest import Delivery, Digest
from bot.digests.snapshot import Snapshot
from bot.digests.timetable import times_a_day
from bot.insight.assessment import Assessment

PAUSE, EDIT, HISTORY, LINK = "digest.pause", "digest.edit", "digest.history", "digest.link"
_TOTALS = {"calls": "Total calls", "completed": "Completed", "failed": "Failed", "left": "Left to call"}
_NAME = 100  # characters of a headline, so that the date beside it is never cut


@dataclass(frozen=True, slots=True)
class Edition:
    """One delivery, ready to be drawn."""

    digest: Digest
    run: str  # the delivery's id; empty for a preview
    now: Snapshot  # what was read for this delivery
    before: Delivered | None  # what was delivered last; None for the first delivery
    comparison: Comparison  # of `now` and `before`
    due: datetime
    # Calls gained by earlier deliveries, oldest first; those of this delivery are in the comparison.
    history: tuple[tuple[datetime, int | None], ...] = ()
    next_due: datetime | None = None  # None: nothing more is due
    late: timedelta | None = None  # None: on time
    late_why: str = ""  # a `Reason`, or empty
    failed_since: Delivery | None = None  # a delivery between `before` and this one that did not arrive
    options: CardOptions = WHOLE
    left_out: int = 0  # matching campaigns beyond the limit
    problem: str | None = None  # the class name of the error because of which not all campaigns could be read
    preview: bool = False  # for one person, without buttons
    link: str = ""  # opens careCycle, or empty
    assessment: Assessment | None = None  # the account's last one, which `comparison` knows; None: there is none

    @property
    def zone(self) -> ZoneInfo:
        """The digest's own time zone, in which its days and times are given."""
        return ZoneInfo(self.digest.timetable.zone)


def message(edition: Edition, *, plain: bool = False) -> Message:
    """Build the whole message. `plain`: in classic blocks only."""
    found = edition.comparison
    since = _moment(edition, edition.before.at) if edition.before else ""
    scene = Scene(
        names(found), since, edition.now.day, edition.zone, edition.now.as_of, edition.assessment, edition.options
    )
    return Message(_text(edition, found, scene), tuple(_blocks(edition, found, scene, plain)))


def _text(edition: Edition, found: Comparison, scene: Scene) -> str:
    """Say the digest for notifications and screen readers (mrkdwn): a summary, then what needs a look, and its age."""
    said = [words.literal(_title(edition), 150), _what(edition)]
    if _has_any(edition):
        said += [_looks(found, scene), *(_spoken(found.totals[one], label) for one, label in _TOTALS.items())]
    more = (*(f"⚠️ {trouble}" for trouble in _troubles(edition)), *urgent(found, scene)[0], _ages(edition, found, scene))
    return words.shorten("\n".join(("  ·  ".join(filter(None, said)), *more)), kit.TEXT)


def _looks(found: Comparison, scene: Scene) -> str:
    count = len(found.attention)
    if not count:
        return "" if scene.account_wide else "nothing needs a look"
    need = "1 needs" if count == 1 else f"{words.number(count)} need"
    return f"{need} a look: {listed(found.attention, scene.names, mark='')}"


def _blocks(edition: Edition, found: Comparison, scene: Scene, plain: bool) -> Iterator[Block]:
    yield kit.header(_title(edition))
    yield kit.context(_what(edition), _against(edition, scene.since))
    yield from (kit.context(f"⚠️ {said}") for said in _troubles(edition))
    if _has_any(edition):
        yield kit.fields(*((label, _with_delta(found.totals[one], "  _{}_")) for one, label in _TOTALS.items()))
    yield from needs_a_look(found, scene)
    if notes := list(_notes(edition, found, scene)):
        yield kit.context(*notes)
    if found.rows and edition.digest.length == "full":
        yield from _campaigns(edition, found, scene, plain)
    if not edition.preview:
        yield _buttons(edition)
    yield kit.context(*_footer(edition))
    if edition.options.short:
        yield kit.context(why_short(edition.options))


def _title(edition: Edition) -> str:
    """Return `Morning digest · Mon, Nov 23`, with the time when there are several a day (plain text)."""
    name = words.clean(edition.digest.name, _NAME) or "Digest"
    due, several = edition.due.astimezone(edition.zone), times_a_day(edition.digest.timetable) > 1
    return f"{name} · {_moment(edition, due) if several else words.weekday(due, edition.now.as_of)}"


def _moment(edition: Edition, when: datetime) -> str:
    """Format a moment in the digest's own time zone, which the footer names."""
    return words.plain_moment(when.astimezone(edition.zone), edition.now.as_of)


def _has_any(edition: Edition) -> bool:
    return bool(edition.now.campaigns or edition.now.missing)


def _what(edition: Edition) -> str:
    """Say which campaigns the digest covers: `18 active campaigns` (mrkdwn)."""
    choice, count = edition.digest.choice, len(edition.now.campaigns) + len(edition.now.missing) + edition.left_out
    status = f"{words.literal(choice.status, 60)} " if choice.status and not choice.ids else ""
    named = f" with “{words.literal(choice.words, 60)}” in the name" if choice.words and not choice.ids else ""
    if count:
        return f"{words.amount(count, f'{status}campaign')}{named}"
    return "" if edition.problem else f"No {status}campaigns{named} right now"


def _against(edition: Edition, since: str) -> str:
    if edition.before is None:
        return "the first one; the next ones show what changed"
    return f"compared with {since}{_gap(edition.before.snapshot, edition.now)}"


def _gap(old: Snapshot, now: Snapshot) -> str:
    """Say how many days ago `old` was, or that a weekend lies between. Return an empty string for a day or less."""
    days = (now.day - old.day).days
    if old.day.isoweekday() == 5 and days == 3:
        return ", before the weekend"
    return f", {words.number(days)} days ago" if days > 1 else ""


def _troubles(edition: Edition) -> Iterator[str]:
    """Yield what is wrong with this delivery, or was wrong with the one before (mrkdwn)."""
    if edition.problem:
        yield f"*Some campaigns {short_reason_of(edition.problem)}.* This is not all."
    if edition.left_out:
        more = words.amount(edition.left_out, "more campaign")
        yield f"{more} fit, but are over a digest’s limit: they were not looked at and are not in the totals."
    if edition.late:
        because = f": {why(edition.late_why)}" if edition.late_why else ""
        yield f"{words.span(edition.late)} late{because}."
    if (failed := edition.failed_since) is not None:
        happened = {"skipped": "was skipped", "unconfirmed": "may not have arrived"}.get(failed.state)
        yield f"{_whose(failed, edition)} {happened or 'could not be sent'}: {why(failed.reason)}."


def _whose(delivery: Delivery, edition: Edition) -> str:
    """Return `Monday’s`, or the date when `Monday’s` could mean another Monday."""
    when = delivery.due.astimezone(edition.zone)
    return f"{when:%A}’s" if (edition.now.day - when.date()).days < 7 else f"The one of {_moment(edition, when)}"


def _with_delta(total: Total, template: str = " ({})") -> str:
    return words.number(total.now) + (template.format(words.change(total.delta)) if total.delta is not None else "")


def _spoken(total: Total, label: str) -> str:
    change = f" ({words.change(total.delta) if total.delta else 'no change'})" if total.delta is not None else ""
    return f"{words.number(total.now)} {label.lower()}{change}"


def _notes(edition: Edition, found: Comparison, scene: Scene) -> Iterator[str]:
    """Yield which campaigns are new or gone, and which the totals do not fully cover (mrkdwn)."""
    yield from come_and_gone(found, scene)
    if edition.before and found.both and (found.new or found.gone or found.missing or found.both < len(found.rows)):
        yield f"Changes in the totals cover only what is in both digests: {words.amount(found.both, 'campaign')}"
    if judged := _age_of_problems(edition, found, scene):
        yield judged
    if lacking := sum(any(row.counts[one].now is None for one in _TOTALS) for row in found.rows):
        yield f"some of these numbers are missing for {words.amount(lacking, 'campaign')}"


def _campaigns(edition: Edition, found: Comparison, scene: Scene, plain: bool) -> Iterator[Block]:
    if plain:
        yield from lines(found.rows, scene.names, scene.since)
        return
    yield from table(found.rows, scene.names, scene.since)
    points = (*edition.history, (edition.due, found.totals["calls"].delta))
    drawn = charts.calls([(when.astimezone(edition.zone), gained) for when, gained in points])
    if drawn is None and edition.options.shows("states"):
        drawn = charts.states(found.rows, scene.names)
    if drawn:
        yield drawn


def _buttons(edition: Edition) -> Block:
    id_ = edition.digest.id
    # Without a path it is only careCycle's start page: `Links.home`.
    label = OPEN_LIST if urlsplit(edition.link).path.strip("/") else "Open careCycle"
    opens = (kit.button(label, LINK, url=edition.link),) if edition.link else ()
    return kit.actions(
        kit.button("Pause", PAUSE, value=id_),
        kit.button("Edit", EDIT, value=id_),
        kit.button("History", HISTORY, value=id_),
        *opens,
    )


def _footer(edition: Edition) -> Iterator[str]:
    yield words.literal(timetable.summary(edition.digest.timetable, edition.now.as_of))
    yield f"owner <@{words.literal(edition.digest.owner_id, 64)}>"
    pause = edition.digest.pause
    if edition.next_due:
        yield f"next {_moment(edition, edition.next_due)}"
    else:
        yield "paused" if pause and not pause.until and pause.stops_deliveries else "this was the last one"
    yield _age(edition)


def _age(edition: Edition) -> str:
    return f"as of {_clock(edition, edition.now.as_of)}"


def _ages(edition: Edition, found: Comparison, scene: Scene) -> str:
    return "  ·  ".join(filter(None, (_age_of_problems(edition, found, scene), _age(edition))))


def _age_of_problems(edition: Edition, found: Comparison, scene: Scene) -> str:
    """Say of which reading the shown problems are. Empty when none is shown."""
    shown = scene.account_wide or any("judged" in row.reasons for row in found.rows)
    return f"problems as of {_clock(edition, edition.assessment.at)}" if edition.assessment and shown else ""


def _clock(edition: Edition, when: datetime) -> str:
    """Say a moment by its time, and with its day if that is not the delivery's."""
    local, due = (one.astimezone(edition.zone) for one in (when, edition.due))
    return words.plain_time(local) if local.date() == due.date() else _moment(edition, local)
