"""Say what is another thing than at the last delivery of a digest: alike changes in one line."""

from collections.abc import Iterator, Sequence

from blocks import words
from blocks.campaigns.campaign import STATUS_EMOJI, small_status
from blocks.digests.scene import Scene
from blocks.short_reasons import short_reason_of
from bot.campaigns.figures import Figures, finished, left
from bot.digests.changes import ENDED
from bot.digests.report import Change

_LINES, _NAMED = 8, 4  # lines, campaigns by name in one; the rest is counted
_SIGNS = STATUS_EMOJI | {"completed": "✅"}
_LEFT = {False: "waiting", True: "never reached"}  # customers of a campaign that goes on, or has ended
# What becomes of a campaign, and of several.
_BECOMES = {
    "completed": ("completed", "completed"),
    "paused": ("was paused", "were paused"),
    "cancelled": ("was canceled", "were canceled"),
    "archived": ("was archived", "were archived"),
}
# What problems are over means, by their identity (bot/insight/problems.py).
_OVER = {
    "standing_still": ("calls again", "call again"),
    "slow": ("calls at its usual pace again", "call at their usual pace again"),
    "broken_transfers": ("has working transfers again", "have working transfers again"),
    "past_end": ("is no longer past its end date", "are no longer past their end dates"),
    "unreached": ("can reach everybody in time again", "can reach everybody in time again"),
    "runs_empty": ("has customers for longer again", "have customers for longer again"),
    "failed": ("has no more failures than usual", "have no more failures than usual"),
    "expired": ("has no more expired than usual", "have no more expired than usual"),
    "exceeded_max_calls": ("reaches the call limit no more than usual", "reach the call limit no more than usual"),
}
_ANY_OVER = ("is as usual again", "are as usual again")


def lines(scene: Scene) -> tuple[list[str], int]:
    """Return the lines (mrkdwn), and the number of campaigns with changes beyond them."""
    alike: dict[tuple[str, ...], list[Change]] = {}
    for change in scene.report.changes:
        if shown := _key(change, scene):
            alike.setdefault(shown, []).append(change)
    groups = list(alike.values())
    beyond = {change.id for group in groups[_LINES:] for change in group if change.id}
    return [_line(group, scene) for group in groups[:_LINES]], len(beyond)


def _key(change: Change, scene: Scene) -> tuple[str, ...]:
    """Return what changes must share to be said in one line. Empty for what is not for this channel."""
    match change.kind:
        case "status":
            return change.kind, _status(change, several=True)
        case "left":
            return change.kind, change.now or ""
        case "unread":
            return change.kind, change.error
        case "over" if not change.id:
            return change.kind, "account"
        case "over":
            over = dict.fromkeys(_over(problem, several=True) for problem in _shown(change, scene))
            return (change.kind, *over) if over else ()
    return (change.kind,)


def _shown(change: Change, scene: Scene) -> list[tuple[str, ...]]:
    """Return the identities of the problems that are over. What is wrong with transfers is for the company only."""
    short = scene.edition.options.short
    return [one for one in change.over if not (short and one[0] == "broken_transfers")]


def _line(group: Sequence[Change], scene: Scene) -> str:
    first, several = group[0], len(group) > 1
    if not first.id:
        return f"{_sign(first)} The account’s campaigns call again"
    what = _what(first, scene, several=several)
    sign = _sign(first)
    if several:
        names = scene.named([one.id for one in group], _NAMED)
        return f"{sign} {words.amount(len(group), 'campaign')} {what}: {names}{_together(group)}"
    numbers = _numbers(first) if first.kind != "unread" else ""
    return f"{sign} {scene.name(first.id)} {what}{f': {numbers}' if numbers else ''}"


def _sign(change: Change) -> str:
    match change.kind:
        case "status":
            return _SIGNS.get(change.now or "", "🔵")
        case "new":
            return "🆕"
        case "over":
            return "✅"
        case "unread":
            return "❔"
        case "deleted":
            return "🗑️"
    return "↩️"


def _what(change: Change, scene: Scene, *, several: bool) -> str:
    """Say what became of it, or of all of several (mrkdwn)."""
    are = "are" if several else "is"
    match change.kind:
        case "status":
            return _status(change, several=several)
        case "left":
            they = "they are" if several else "it is"
            stands = f"; {they} {_in_words(change.now)}" if change.now else ""
            return f"no longer {'fit' if several else 'fits'} this digest{stands}"
        case "deleted":
            return f"{'were' if several else 'was'} deleted in careCycle"
        case "new":
            return f"{are} new"
        case "unread":
            why = short_reason_of(change.error)
            return f"{are} {why.removeprefix('is ')}" if why.startswith("is ") else why
        case "over":
            return "; ".join(dict.fromkeys(_over(problem, several=several) for problem in _shown(change, scene)))


def _status(change: Change, *, several: bool) -> str:
    if change.now in _BECOMES:
        return _BECOMES[change.now][several]
    are = "are" if several else "is"
    if change.now is None:
        return f"{'have' if several else 'has'} no known status anymore"
    again = " again" if change.now == "active" and change.was == "paused" else " now"
    return f"{are} {_in_words(change.now)}{again}"


def _in_words(status: str | None) -> str:
    return small_status(status) if status in STATUS_EMOJI else f"“{small_status(status)}”"


def _over(problem: tuple[str, ...], *, several: bool) -> str:
    """Say that a problem is over; of one that a later version knows, no more than that."""
    known = next((_OVER[part] for part in reversed(problem) if part in _OVER), _ANY_OVER)
    return known[several]


def _numbers(change: Change) -> str:
    """Say its last numbers: `156 of 277 finished, 121 never reached`. Empty when they are unknown."""
    if change.figures is None or change.kind == "over":
        return ""
    return ", ".join(_counts(change.figures, is_over=_is_over(change), is_new=change.kind == "new"))


def _together(group: Sequence[Change]) -> str:
    """Say how many customers of all of these wait: `; 687 waiting`. Empty when it is unknown of one, or no matter."""
    waiting = [left(one.figures) if one.figures else None for one in group]
    known = [count for count in waiting if count is not None]
    if group[0].kind in ("over", "unread") or len(known) < len(waiting) or not sum(known):
        return ""
    return f"; {words.number(sum(known))} {_LEFT[_is_over(group[0])]}"


def _is_over(change: Change) -> bool:
    return change.kind == "deleted" or change.now in ENDED


def _counts(one: Figures, *, is_over: bool, is_new: bool) -> Iterator[str]:
    done, waiting = finished(one), left(one)
    if done is not None and one.customers and not (is_new and not done):
        of = "all" if done == one.customers else f"{words.number(done)} of"
        yield f"{of} {words.number(one.customers)} finished"
    if waiting:
        yield f"{words.number(waiting)} {_LEFT[is_over]}"
