"""The page docs/sixteen-weeks.md: what digests said in sixteen simulated weeks, and what that shows."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from blocks import words
from playground.clock import NEW_YORK
from tests.simulator import measures
from tests.simulator.deeds import Deed, at
from tests.simulator.nineteen import FIRST, WEEKS, sixteen_weeks
from tests.simulator.weeks import Said, Weeks, living

PAGE = Path(__file__).parents[2] / "docs/sixteen-weeks.md"
HEAD = """# What digests said in sixteen weeks

Nineteen campaigns of the playground live for sixteen weeks, from {first} to {last}. One digest of the active
ones goes out on weekdays at 9:00 AM. `make simulate TABLES=weeks` runs the real bot through these weeks and writes this
page; time is the playground's clock. What happens is in `tests/simulator/nineteen.py`; two weeks of it are a test
(`tests/simulator/test_weeks.py`).

| it is | so many |
|---|---|
| digests that were due | {due} |
| digests that arrived | {arrived} |
| rows flagged: campaigns under *Needs you*, of all campaigns in all digests (the limit is 10%) | {flagged} |
| sentences under *Changed* or *Needs you* that the digest before said, too | {twice} |
| campaigns that left without a word | {left} |
| numbers that a naive program counts otherwise from the stored readings (`tests/digests/naive.py`) | {wrong} |
| lines under *Changed* and *Needs you* in a digest: on average, and at most | {average}, {most} |
| digests with nothing new | {quiet} |

*Happened* is what was done to the campaigns since the digest before. Everything else is what stood in the channel.
"""
_TABLE = ("| digest | happened | calls | Changed | Needs you | Known |", "|---|---|---|---|---|---|")
_MARKS = re.compile(r"[*_]|:[a-z_]+:")


async def lived() -> tuple[Weeks, list[Said]]:
    """Live through the sixteen weeks, and return them with what the digest said."""
    async with living() as here:
        digest = await here.make()
        weeks = await here.until(at(FIRST, 0, 30) + timedelta(weeks=WEEKS), sixteen_weeks())
        return weeks, weeks.of(digest)


def page(weeks: Weeks, said: Sequence[Said], wrong: Sequence[str]) -> str:
    """Return the page (Markdown). `wrong`: the numbers that are not right."""
    lines = [len(one.lines("Changed")) + len(one.lines("Needs you")) for one in said]
    head = HEAD.format(
        first=words.weekday(said[0].day),
        last=words.weekday(said[-1].day),
        due=WEEKS * 5,
        arrived=len(said),
        flagged=f"{measures.flagged(said):.1%}",
        twice=len(list(measures.said_twice(said))),
        left=len(list(measures.left_without_a_word(said))),
        wrong=len(wrong),
        average=f"{sum(lines) / len(lines):.1f}",
        most=max(lines),
        quiet=sum(not one.report.has_news for one in said),
    )
    return "\n".join((head, *_TABLE, *_rows(weeks, said), ""))


def _rows(weeks: Weeks, said: Sequence[Said]) -> Iterator[str]:
    """Yield a row for each digest."""
    since = datetime.min.replace(tzinfo=NEW_YORK)
    for one in said:
        happened = [_happened(deed) for deed in weeks.done if since < deed.at <= one.edition.as_of and deed.what]
        since = one.edition.as_of
        late = " (late)" if one.edition.late else ""
        totals = next((text for text in one.sections() if text.startswith("*") and " left" in text), "")
        known = [text for text in one.sections() if text.startswith("*Known:*")]
        cells = (happened, [totals], one.lines("Changed"), one.lines("Needs you"), known)
        yield f"| {words.weekday(one.day, one.edition.as_of)}{late} | {' | '.join(map(_cell, cells))} |"


def _happened(deed: Deed) -> str:
    return f"{deed.at:%a} {deed.at.hour}:{deed.at.minute:02}: {deed.what}"


def _cell(lines: Sequence[str]) -> str:
    return "<br>".join(_plain(line) for line in lines if line)


def _plain(line: str) -> str:
    """Return a line without Slack's marks, fit for a cell."""
    said = words.plain(line).replace("*Known:*", "").replace("|", "/")
    return _MARKS.sub("", said).strip()
