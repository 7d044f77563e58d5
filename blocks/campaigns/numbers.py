"""Build a campaign's numbers: customers, calls, progress and success."""

from collections.abc import Iterator

from blocks import kit, words
from blocks.kit import Block
from bot.campaigns.campaign import CustomerStats, StatusCounts
from bot.campaigns.progress import FINISHED

_STATES = {
    "pending": "pending",
    "in_progress": "in progress",
    "completed": "completed",
    "cancelled": "canceled",
    "skipped": "skipped",
}
_BAD_ENDS = {"failed": "failed", "exceeded_max_calls": "reached the call limit", "expired": "expired"}


def numbers(stats: CustomerStats, *, states: bool = True) -> Iterator[Block]:
    """Yield customers, calls, progress, success and bad ends. `states` adds how many customers are in each state."""
    counts = stats.status_counts or StatusCounts()
    yield kit.fields(
        ("Customers", words.number(stats.total)),
        ("Calls", f"{words.number(stats.today_calls)} today · {words.number(stats.total_calls)} total"),
        ("Progress", progress(stats.total, counts)),
        ("Success", success(counts)),
    )
    counted = " · ".join(filter(None, (in_states(counts) if states else "", bad_ends(counts))))
    if counted:
        yield kit.context(counted)


def spoken(stats: CustomerStats, *, states: bool = True) -> Iterator[str]:
    """Yield what `numbers` shows as words, for screen readers (mrkdwn)."""
    counts = stats.status_counts or StatusCounts()
    yield words.amount(stats.total, "customer")
    yield f"{words.amount(stats.today_calls, 'call')} today"
    yield f"{words.number(stats.total_calls)} total"
    if (done := progress(stats.total, counts, bar=False)) != words.NO_DATA:
        yield done
    if (succeeded := success(counts)) != words.NO_DATA:
        yield f"success {succeeded}"
    yield in_states(counts) if states else ""
    yield bad_ends(counts)


def in_states(counts: StatusCounts) -> str:
    """Say how many customers are in each state (mrkdwn). Empty without data."""
    counted = _counted(counts, _STATES)
    return " · ".join((*counted, *_unknown_states(counts))) if counted else ""


def bad_ends(counts: StatusCounts) -> str:
    """Say how many customers ended badly, such as `3 failed` (mrkdwn). Zero counts are left out.

    It is no warning: whether that is unusual for the campaign, the readings of its account say.
    """
    return " · ".join(_counted(counts, _BAD_ENDS))


def progress(total: int | None, counts: StatusCounts, *, bar: bool = True) -> str:
    """Say which share of all customers is in a finished state, after a `bar` for the eye.

    Where the counts contradict the total, give both numbers and no share. Without data, return an en dash.
    """
    known = [n for n in (getattr(counts, state) for state in FINISHED) if n is not None]
    if total is None or not known:
        return words.NO_DATA
    done = sum(known)
    if total <= 0 or not 0 <= done <= total or min(known) < 0:
        return f"{words.number(done)} of {words.number(total)} finished"
    said = f"{words.share(done, total)} finished"
    return f"{words.bar(done, total)} {said}" if bar else said


def success(counts: StatusCounts) -> str:
    """Say which share succeeded: completed, out of completed and failed. Without data, return an en dash.

    careCycle types each exit of a Pulse workflow as one of these two.
    """
    completed, failed = counts.completed, counts.failed
    if completed is None or failed is None:
        return words.NO_DATA
    if completed < 0 or failed < 0 or completed + failed == 0:
        return f"{words.NO_DATA} · {words.number(completed)} completed, {words.number(failed)} failed"
    share = words.share(completed, completed + failed)
    return f"{share} · {words.number(completed)} completed, {words.number(failed)} failed"


def _counted(counts: StatusCounts, names: dict[str, str]) -> list[str]:
    values = ((getattr(counts, state), name) for state, name in names.items())
    return [f"{words.number(value)} {name}" for value, name in values if value]


def _unknown_states(counts: StatusCounts) -> Iterator[str]:
    """Yield the counts of up to five states this program does not know, named as the API sent them."""
    for name, value in list((counts.model_extra or {}).items())[:5]:
        if isinstance(value, int) and not isinstance(value, bool) and value:
            yield f"{words.number(value)} {words.literal(name, 40)}"
