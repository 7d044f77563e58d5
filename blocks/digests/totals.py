"""Say in one line how a digest's campaigns did together since the last delivery, and which called most."""

from collections.abc import Iterator

from blocks import words
from blocks.digests.scene import Scene
from bot.digests.report import Report, Totals

_NAMED = 3  # campaigns by name; the rest is counted
_BEFORE = {"day": "the day before", "week": "a week earlier", "": "before"}


def line(totals: Totals) -> str:
    """Return the line (mrkdwn); empty when nothing is known."""
    return " · ".join(_parts(totals))


def moved(scene: Scene) -> str:
    """Say which campaigns called most (mrkdwn), and on a quiet day that it is one.

    Empty where more needs a person than there is room for: a phone shows a digest on a screen and a half.
    """
    report = scene.report
    if len(report.shown) < len(report.needs):
        return ""
    most = " · ".join(f"{scene.name(one.id).strip('*')} {words.change(one.calls)}" for one in report.moved)
    if report.has_news:
        return f"*Moved most:* {most}" if most else ""
    nothing = _nothing(scene)
    if not nothing:
        return f"*Moved most:* {most}" if most else ""
    return f"*{nothing};* {_these(len(report.moved))} moved most: {most}" if most else f"*{nothing}.*"


def notes(scene: Scene) -> Iterator[str]:
    """Yield what the totals do not cover, and why problems are not said (mrkdwn)."""
    report = scene.report
    totals = report.totals
    if covered := _covered(scene):
        yield f"Calls, completed and failed {covered}"
    if _fewer(report):
        before = f"{words.number(totals.calls_before)} {_BEFORE[totals.before]}"
        yield f"{before}: without campaigns that are no longer here"
    if owed := len(report.owed):
        them = "it" if owed == 1 else "them"
        yield f"{words.amount(owed, 'more campaign')} left this digest; the next one says what became of {them}"
    if report.unjudged == "off":
        yield "What needs a person is not judged, because readings are switched off"
    elif report.unjudged == "none":
        yield "What needs a person is not known yet: the account has not been read"
    elif report.unjudged == "old":
        since = f" since {scene.moment(report.judged_at)}" if report.judged_at else ""
        yield f"What needs a person is not known: the account has not been read{since}"


def _covered(scene: Scene) -> str:
    """Say of which campaigns the changes are; empty when they are of all."""
    totals = scene.report.totals
    whose = f"{scene.named(totals.reset, _NAMED)}, whose counters started over in careCycle" if totals.reset else ""
    if totals.calls is None or totals.campaigns >= len(scene.report.rows):
        return whose and f"leave out {whose}"
    those = f"{words.number(totals.campaigns)} campaigns that were"
    those = "one campaign that was" if totals.campaigns == 1 else those
    return f"are of the {those} here last time{whose and f', without {whose}'}"


def _nothing(scene: Scene) -> str:
    """Say that there is no news. Empty where that is not known: of the first delivery, without an assessment."""
    report = scene.report
    if report.unjudged:
        return "Nothing has changed" if report.since else ""
    return "Nothing new" if report.known or report.quiet or report.standing_still else "Nothing unusual"


def _these(campaigns: int) -> str:
    return "this one" if campaigns == 1 else "these"


def _fewer(report: Report) -> bool:
    """Return whether the last delivery counted campaigns that have left, so that its number of calls was another."""
    compared = report.totals.calls is not None and report.totals.calls_before is not None
    here = {row.id for row in report.rows}  # one that was picked stays with another status
    return compared and any(one.kind in ("status", "left", "deleted") and one.id not in here for one in report.changes)


def _parts(totals: Totals) -> Iterator[str]:
    if totals.calls is not None:
        before = totals.calls_before
        compared = f" ({words.number(before)} {_BEFORE[totals.before]})" if before is not None else ""
        yield f"*{words.amount(totals.calls, 'call')}*{compared}"
    if totals.completed is not None:
        yield f"{words.number(totals.completed)} completed"
    if totals.failed is not None:
        yield f"{words.number(totals.failed)} failed{_share(totals)}"
    if totals.left is not None:
        is_alone = totals.calls is None and totals.completed is None and totals.failed is None
        customers = words.amount(totals.left, "customer") if is_alone else words.number(totals.left)
        yield f"{customers} left{_moves(totals)}{_days(totals.calling_days_left)}"


def _moves(totals: Totals) -> str:
    """Say what else than calls has changed who is left: ` (600 added, 428 waiting again)`."""
    parts = []
    if totals.added:
        parts.append(f"{words.number(abs(totals.added))} {'added' if totals.added > 0 else 'removed'}")
    if totals.again:
        parts.append(f"{words.number(totals.again)} waiting again")
    return f" ({', '.join(parts)})" if parts else ""


def _share(totals: Totals) -> str:
    """Say the share of failed beside its usual one: `, 14% (usually 17%)`."""
    failed, completed = totals.failed, totals.completed
    if failed is None or completed is None or failed < 0 or completed < 0 or not failed + completed:
        return ""
    usual = totals.usual_failed
    compared = f" (usually {words.share(round(usual * 10_000), 10_000)})" if usual is not None else ""
    return f", {words.share(failed, failed + completed)}{compared}"


def _days(days: tuple[int, int] | None) -> str:
    if days is None:
        return ""
    first, last = days
    if first == last:
        return f", about {words.amount(first, 'calling day')}"
    return f", about {words.number(first)} to {words.amount(last, 'calling day')}"
