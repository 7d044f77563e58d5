"""Build a digest's message: what changed since the last one, what needs a person, and how much was called.

The rich version has Slack's `data_visualization`, which only the Web API takes. The plain version has classic blocks
only: there is no chart. It is for terminals, for windows, and for when Slack refuses the rich version.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from blocks import kit, words
from blocks.campaigns.campaign import small_status
from blocks.card_options import why_short
from blocks.digests import buttons, changes, charts, needs, timetable, totals
from blocks.digests.delivered import warnings
from blocks.digests.edition import Edition
from blocks.digests.scene import Scene
from blocks.kit import Block, Message
from bot.digests.timetable import times_a_day

_NAME = 90  # characters of a headline, so that the date beside it is never cut
_SAME_AGE = timedelta(minutes=20)  # of the numbers and the problems: readings come every quarter of an hour
_CHART_COMES = "In the channel, a chart of each day’s calls stands here."


def message(edition: Edition, *, plain: bool = False) -> Message:
    """Build the whole message. `plain`: in classic blocks only."""
    scene = Scene.of(edition)
    return Message(_text(scene), tuple(_blocks(scene, _chart(edition, plain=plain))))


def in_window(edition: Edition) -> Message:
    """Build it in classic blocks for a window, which says where the chart will be."""
    scene = Scene.of(edition)
    chart = (kit.context(f"📊 {_CHART_COMES}"),) if _chart(edition, plain=False) else ()
    return Message(_text(scene), tuple(_blocks(scene, chart)))


def _text(scene: Scene) -> str:
    """Say the digest for notifications and screen readers (mrkdwn). Its age is said however long the rest is."""
    edition = scene.edition
    said = (
        f"{words.literal(_title(edition), kit.HEADER)} · {' · '.join(_what(scene))}",
        *(f"⚠️ {warning}" for warning in warnings(edition)),
        totals.line(edition.report.totals),
        *(f"{title}:\n{lines}" for title, lines in _lists(scene)),
        needs.known(scene),
        totals.moved(scene),
        charts.spoken(edition.report.days),
        *totals.notes(scene),
    )
    end = "\n".join(filter(None, (" · ".join(_footer(scene)), _left_out(edition))))
    body = words.shorten("\n".join(filter(None, said)), kit.TEXT - len(end) - 1)
    return f"{body}\n{end}"


def _blocks(scene: Scene, chart: Sequence[Block]) -> Iterator[Block]:
    edition = scene.edition
    yield kit.header(_title(edition))
    yield kit.context(*_what(scene))
    yield from (kit.context(f"⚠️ {warning}") for warning in warnings(edition))
    if said := totals.line(edition.report.totals):
        yield kit.section(said)
    yield from (kit.section(f"*{title}*\n{lines}") for title, lines in _lists(scene))
    yield from _known(scene)
    if said := totals.moved(scene):
        yield kit.section(said)
    yield from chart
    below = (charts.below(edition.report.days) if chart else "", *totals.notes(scene))
    if any(below):
        yield kit.context(*below)
    if not edition.for_one:
        yield buttons.at_the_end(edition)
    yield kit.context(*_footer(scene))
    if said := _left_out(edition):
        yield kit.context(said)


def _chart(edition: Edition, *, plain: bool) -> tuple[Block, ...]:
    drawn = None if plain or edition.digest.length == "condensed" else charts.days(edition.report.days)
    return (drawn,) if drawn else ()


def _title(edition: Edition) -> str:
    """Return `Morning digest · Mon, Nov 23`, with the time when there are several a day (plain text)."""
    name = words.clean(edition.digest.name, _NAME) or "Digest"
    due, now = (one.astimezone(edition.zone) for one in (edition.due, edition.as_of))
    several = times_a_day(edition.digest.timetable) > 1
    when = words.plain_moment(due, now) if several else words.weekday(due, now)
    if not edition.is_old:
        return f"{name} · {when}"
    again = words.plain_time(now) if due.date() == now.date() else words.weekday(now, now)
    return f"{name} of {when} · sent again {again}"


def _what(scene: Scene) -> Iterator[str]:
    """Yield what it is compared with, and which campaigns it covers (mrkdwn)."""
    edition = scene.edition
    if edition.is_now:
        yield "sent by hand"
    if since := edition.report.since:
        yield f"since {scene.moment(since)}"
    else:
        yield "the first one; the next ones show what changed"
    if covered := _covered(edition):
        yield covered


def _covered(edition: Edition) -> str:
    """Say which campaigns it covers: `9 active campaigns, 1 ended` (mrkdwn)."""
    choice, ended = edition.choice, edition.report.ended
    status = f"{small_status(choice.status)} " if choice.status and not choice.ids else ""
    named = f" with “{words.literal(choice.words, 60)}” in the name" if choice.words and not choice.ids else ""
    gone = f", {words.number(ended)} ended" if ended else ""
    if edition.count:
        return f"{words.amount(edition.count, f'{status}campaign')}{named}{gone}"
    return "" if edition.problem else f"no {status}campaigns{named} right now{gone}"


def _lists(scene: Scene) -> Iterator[tuple[str, str]]:
    """Yield *Changed* and *Needs you*, each with its lines (mrkdwn)."""
    for title, (lines, beyond) in (("Changed", changes.lines(scene)), ("Needs you", needs.needs(scene))):
        if lines:
            more = [f"and {words.number(beyond)} more"] if beyond else []
            yield title, words.shorten("\n".join((*lines, *more)), kit.SECTION - 20)


def _known(scene: Scene) -> Iterator[Block]:
    said = needs.known(scene)
    if said:
        yield kit.section(said)
    if (said or needs.needs(scene)[1]) and not scene.edition.for_one:
        yield buttons.of_problems(scene.edition)


def _footer(scene: Scene) -> Iterator[str]:
    edition = scene.edition
    times = words.literal(timetable.summary(edition.digest.timetable, edition.as_of))
    yield f"{times[:1].upper()}{times[1:]}"
    yield "just for you" if edition.digest.is_direct else f"<@{words.literal(edition.digest.owner_id, 64)}>"
    pause = edition.digest.pause
    if edition.next_due:
        yield f"next {_next(edition, edition.next_due)}"
    else:
        yield "paused" if pause and not pause.until and pause.stops_deliveries else "this was the last one"
    yield f"as of {scene.moment(edition.as_of)}"
    judged, said = edition.report.judged_at, edition.report.needs or edition.report.known
    if judged and said and not edition.report.unjudged and edition.as_of - judged > _SAME_AGE:
        yield f"problems as of {scene.moment(judged)}"


def _left_out(edition: Edition) -> str:
    """Say that it is short, and what that leaves out, whether there is any of it or not. Empty when it is whole."""
    why = why_short(edition.options)
    return f"{why} Some kinds of problems are left out." if why else ""


def _next(edition: Edition, due: datetime) -> str:
    """Say when the next one is due: `Thu`, and the time where that is not told by the digest's timetable."""
    local, now = (one.astimezone(edition.zone) for one in (due, edition.as_of))
    once = times_a_day(edition.digest.timetable) == 1 and not edition.digest.timetable.cron
    away = (local.date() - now.date()).days
    if away == 0:
        return words.plain_time(local)
    day = f"{local:%a}" if 0 < away < 7 else words.weekday(local, now)
    return day if once else f"{day} {words.plain_time(local)}"
