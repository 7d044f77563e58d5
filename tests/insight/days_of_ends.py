"""Campaigns in short text: `3/25x30 9/25` is thirty days on which 3 of 25 failed, and one on which 9 did.

`_` is a day that nobody read, although 3 of 25 failed; `?` one on which careCycle left the counters out. On a day
`again10` ten of those who failed are waiting again, and nobody ends; on a day `reset` all counters begin again at 0.
All of a day's ends are at noon in New York; readings are on the hour, the last one at six in the evening.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.campaigns.figures import Figures
from bot.insight.history import AccountHistory
from bot.insight.problems import BadEnd
from bot.insight.series import AccountReading, History

ZONE = ZoneInfo("America/New_York")
LAST_DAY = date(2026, 6, 12)  # a Friday
NOW = datetime.combine(LAST_DAY, time(18), ZONE).astimezone(UTC)


def history(
    campaigns: dict[str, str], *, bad_end: BadEnd = "failed", status: str = "active", coarse: bool = False
) -> History:
    """Return the history of campaigns by id; shorter texts are campaigns that came later."""
    days = {id_: list(_days(text)) for id_, text in campaigns.items()}
    longest = max(map(len, days.values()))
    counters = {id_: dict.fromkeys(("completed", bad_end), 0) for id_ in days}
    account = AccountHistory()
    for back in range(longest - 1, -1, -1):
        for hour in (9,) if coarse else range(24):
            at = datetime.combine(LAST_DAY - timedelta(days=back), time(hour), ZONE).astimezone(UTC)
            shown = {}
            for id_, words in days.items():
                if len(words) > back:
                    word = words[-1 - back]
                    _happens(word, hour if not coarse else 12, counters[id_], bad_end)
                    shown[id_] = _figures(id_, word, counters[id_], bad_end, status)
            read = all(len(words) <= back or words[-1 - back] != "_" for words in days.values())
            if read and at <= NOW:
                account.add(AccountReading(at, shown, coarse))
    return account.series()


def _days(text: str) -> Iterator[str]:
    for word in text.split():
        day, _, times = word.partition("x")
        yield from [day] * int(times or 1)


def _happens(day: str, hour: int, counters: dict[str, int], bad_end: BadEnd) -> None:
    """Change the counters as a day does it at an hour."""
    if hour == 0 and day == "reset":
        counters.update(dict.fromkeys(counters, 0))
    if hour == 0 and (again := re.fullmatch(r"again(\d+)", day)):
        counters[bad_end] -= int(again[1])
    found = re.fullmatch(r"(\d+)/(\d+)", "3/25" if day == "_" else day)
    if hour == 12 and found:
        counters[bad_end] += int(found[1])
        counters["completed"] += int(found[2]) - int(found[1])


def _figures(id_: str, day: str, counters: dict[str, int], bad_end: BadEnd, status: str) -> Figures:
    others = dict.fromkeys(("failed", "expired", "exceeded_max_calls"), 0)
    states = {} if day == "?" else {"pending": 500, "in_progress": 5, **others, **counters}
    return Figures(name=id_, status=status, customers=9000, calls=sum(counters.values()), states=states)
