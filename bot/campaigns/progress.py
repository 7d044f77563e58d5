"""Count how many customers of a campaign are finished, and how many are left to call."""

from bot.campaigns.campaign import CustomerStats, StatusCounts

FINISHED = ("completed", "failed", "expired", "exceeded_max_calls", "cancelled", "skipped")
_LEFT = ("pending", "in_progress")


def finished(stats: CustomerStats) -> int | None:
    """Count customers in a finished state. Return None without data, or when the counts contradict the total."""
    known = [count for count in _counts(stats, FINISHED) if count is not None]
    if not known or min(known) < 0 or stats.total is None or sum(known) > stats.total:
        return None
    return sum(known)


def left(stats: CustomerStats) -> int | None:
    """Count customers who are pending or in progress. Return None unless both are known and make sense."""
    known = [count for count in _counts(stats, _LEFT) if count is not None and count >= 0]
    return sum(known) if len(known) == len(_LEFT) else None


def _counts(stats: CustomerStats, states: tuple[str, ...]) -> list[int | None]:
    counts = stats.status_counts or StatusCounts()
    return [getattr(counts, state) for state in states]
