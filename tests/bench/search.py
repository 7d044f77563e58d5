"""A search among five thousand names: the name itself, and a name with typos."""

import random
import time

from bot.campaigns.listing import Entry
from bot.campaigns.matching import matching, words_of
from tests.bench.report import Result
from tests.bench.size import Size

_PARTS = ("medicare", "hospital", "indemnity", "dual", "eligible", "outreach", "renewal", "check", "welcome", "state",
          "licensed", "final", "expense", "dental", "vision", "spanish", "retention", "leads", "florida")  # fmt: skip
_TAIL = "-1d0e-4a11-8b1d-500000000000"


async def among_many_names(size: Size) -> list[Result]:
    """(s) The reference looks for one word in every name, as a search without any forgiveness would."""
    entries = _account(size.names)
    plain = min(_took(lambda: [one for one in entries if "indemity" in one.name.lower()], size))
    exact = min(_took(lambda: matching(entries, words_of("hospital indemnity"), whole=True), size))
    typo = min(_took(lambda: matching(entries, words_of("hospital indemity"), whole=True), size))
    many = f"{size.names:,} names"
    return [
        Result(f"(s) two words among {many} / a plain scan for one", exact / plain, at_most=40),
        Result(f"(s) two words with a typo among {many} / a plain scan for one", typo / plain, at_most=120),
        Result(f"(s) two words with a typo among {many}: ms", typo * 1000, at_most=20),
    ]


def _account(count: int) -> list[Entry]:
    draw = random.Random(12)
    names = (f"{' '.join(draw.sample(_PARTS, 3))} {number}" for number in range(count))
    return [Entry(f"{place:08x}{_TAIL}", name, "active", "For members " * 10, None) for place, name in enumerate(names)]


def _took(work: object, size: Size) -> list[float]:
    """Return the seconds of each round."""
    assert callable(work)
    times = []
    for _ in range(2 * size.rounds):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return times
