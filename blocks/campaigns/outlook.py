"""Say on a campaign's card what the last reading of its account showed: pace, when the list is empty, and problems.

It was judged at another moment than the card's numbers were read, and names that moment where the two are apart.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from blocks import words
from blocks.campaigns import problems, times
from blocks.campaigns.times import Wording, wording
from bot.campaigns.campaign import Campaign, CustomerStats, Reading, StatusCounts
from bot.insight.assessment import Assessed, Current, OnIt, Outlook
from bot.insight.problems import Problem

_APART = timedelta(minutes=15)  # a reading this near to the card's own counts as made with it
_A_DAY = timedelta(days=1)
_AS_USUAL, _FEW = 0.25, 3  # a pace within a quarter of the usual one, or within three calls, is as usual


def judged(reading: Reading, current: Current | None) -> Assessed | None:
    """Return what the assessment says of the campaign. None unless it is active, and was when it was judged.

    It would contradict the rest of the card.
    """
    one = current.assessment.campaigns.get(reading.campaign.id.lower()) if current else None
    return one if one and one.status == reading.campaign.status == "active" else None


def look(reading: Reading, current: Current | None) -> tuple[object, ...]:
    """Return what tells apart the cards of one reading with different assessments. Empty where nothing is judged."""
    if current is None or judged(reading, current) is None:
        return ()
    return current.assessment.account, current.assessment.at, *_on_it(reading, current)


def is_newer(reading: Reading, current: Current | None, than: datetime) -> bool:
    """Return whether the campaign was judged after that moment, so that what a card says of it may have changed."""
    return judged(reading, current) is not None and current is not None and current.assessment.at > than


def line(reading: Reading, current: Current | None, *, plain: bool = False) -> str:
    """Say the pace and when the list is empty: `34 calls an hour, as usual · list empty Thursday around noon`.

    What `warnings` say is left out, and their age is added. Empty when nothing is known. It is mrkdwn unless `plain`.
    """
    one = judged(reading, current)
    if current is None or one is None:
        return ""
    said, found = wording(current.assessment, reading.as_of, plain=plain), _found(one)
    kinds = {problem.kind for problem in found}
    still = "standing_still" in kinds or _stands_still_with_others(reading, current)
    outlook = one.outlook if one.outlook and not still and "past_end" not in kinds else Outlook()
    pace = "" if "slow" in kinds else _pace(outlook)
    empty = "" if "runs_empty" in kinds or _left(reading.campaign) == 0 else _empty(outlook, said)
    told = [what for what, is_told in (("pace", pace or empty), ("problems", still or found)) if is_told]
    age = _age(reading, current, said, " and ".join(told)) if told else ""
    return " · ".join(filter(None, (pace, empty, age)))


def empty_at(reading: Reading, current: Current | None) -> int | None:
    """Return the middle of the time in which the list runs empty, as a Unix time. None unless that is under a day."""
    one = judged(reading, current)
    if current is None or one is None or one.outlook is None or _left(reading.campaign) == 0:
        return None
    if any(problem.kind in ("standing_still", "past_end") for problem in one.problems):
        return None
    if _stands_still_with_others(reading, current):
        return None
    start, end = one.outlook.empty_from, one.outlook.empty_until
    if start is None or end is None or end <= reading.as_of or end - start >= _A_DAY:
        return None
    return int((start + (end - start) / 2).timestamp())


def warnings(reading: Reading, current: Current | None, *, plain: bool = False) -> Iterator[str]:
    """Yield a line for each open problem but those of its transfers, which a card finds in its own record.

    A last line says who takes care of them.
    """
    one = judged(reading, current)
    if current is None or one is None:
        return
    said = wording(current.assessment, reading.as_of, plain=plain)
    if _stands_still_with_others(reading, current):
        yield f"⚠️ {problems.account_wide(current.assessment, said)}."
    for problem in _found(one):
        sentence = problems.sentence(problem, one, said, reading.campaign)
        yield f"⚠️ {sentence[:1].upper()}{sentence[1:]}."
    if not plain:
        yield from (
            f"👤 <@{words.literal(on_it.by, 64)}> has been on it since {times.moment(on_it.at, said)}"
            for on_it in _on_it(reading, current)
        )


def _found(one: Assessed) -> list[Problem]:
    return [problem for problem in problems.ordered(one) if problem.kind != "broken_transfers"]


def _stands_still_with_others(reading: Reading, current: Current) -> bool:
    still = current.assessment.standing_still
    return still is not None and reading.campaign.id.lower() in still.campaigns


def _on_it(reading: Reading, current: Current) -> tuple[OnIt, ...]:
    """Return who takes care of the campaign, or of the account while it stands still with others."""
    places = (reading.campaign.id.lower(), *([""] if _stands_still_with_others(reading, current) else ()))
    found = (current.on_it.get(place) for place in places)
    return tuple(one for one in found if one)


def _pace(outlook: Outlook) -> str:
    now, usual = outlook.calls_an_hour, outlook.usual_an_hour
    if now is None:
        return ""
    said = f"{words.amount(now, 'call')} an hour"
    if usual is None:
        return said
    is_usual = abs(now - usual) <= max(_FEW, usual * _AS_USUAL)
    return f"{said}, as usual" if is_usual else f"{said}, usually {words.number(usual)}"


def _empty(outlook: Outlook, said: Wording) -> str:
    """Say when nobody is left to call. Empty when it cannot be said, or would have been before the card's moment."""
    if outlook.empty_from is None or outlook.empty_until is None or outlook.empty_until <= said.now:
        return ""
    return f"list empty {times.between(max(outlook.empty_from, said.now), outlook.empty_until, said)}"


def _age(reading: Reading, current: Current, said: Wording, what: str) -> str:
    at = current.assessment.at
    return f"{what} as of {times.moment(at, said)}" if abs(reading.as_of - at) > _APART else ""


def _left(campaign: Campaign) -> int | None:
    counts = (campaign.customer_stats or CustomerStats()).status_counts or StatusCounts()
    return None if counts.pending is None or counts.in_progress is None else counts.pending + counts.in_progress
