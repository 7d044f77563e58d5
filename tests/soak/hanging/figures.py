"""What one run of a scenario has shown, and how it stands in the table."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.soak.hanging.acks import GOOD, Acked
from tests.soak.hanging.outside import Outside
from tests.soak.hanging.people import TYPED, Person
from tests.soak.hanging.process import Size

LIMIT = 35.0  # seconds; what compose.yml gives a stop


@dataclass(frozen=True, slots=True)
class Log:
    """The lines of a log, or of a part of it."""

    lines: int
    kilobytes: float
    tracebacks: int
    customers: int  # lines that hold something of a customer's

    @classmethod
    def read(cls, file: Path, secrets: Iterable[str], start: int = 0, end: int | None = None) -> "Log":
        """Read the file from the byte `start` to the byte `end`."""
        text = file.read_bytes()[start:end].decode(errors="replace")
        lines, forbidden = text.splitlines(), [*secrets, *TYPED]
        customers = sum(any(word in line for word in forbidden) for line in lines)
        return cls(len(lines), len(text) / 1000, text.count("Traceback"), customers)


@dataclass
class Run:
    """The figures of a run while something hangs, and after."""

    name: str
    seconds: float
    acks: Sequence[Acked] = ()
    answers: Counter[int] = field(default_factory=Counter)  # commands by the number of their answers
    sizes: list[Size] = field(default_factory=list)  # before, at the end of the fault, a while after
    most_memory: float = 0.0
    log: Log = Log(0, 0, 0, 0)
    well_after: float | None = None  # seconds until a card, App Home and a modal came again; None: not in time
    lag: float = 0.0  # seconds; how late this process was itself
    load: float = 0.0  # of the machine, with everything else that runs on it
    digest: str = ""

    def cells(self) -> tuple[object, ...]:
        """Return the row of the table."""
        before, during, after = (*self.sizes, *[Size(0, 0, 0, 0, 0)] * 3)[:3]
        good = [one.took for one in self.acks if one.outcome == GOOD]
        return (
            self.name,
            f"{self.seconds:.0f}",
            len(self.acks),
            f"{max(good, default=0):.2f}",
            sum(one.is_late for one in self.acks),
            sum(one.outcome != GOOD for one in self.acks),
            f"{self.answers[0]}/{self.answers[1]}/{sum(count for times, count in self.answers.items() if times > 1)}",
            f"{before.memory:.0f}/{self.most_memory:.0f}/{after.memory:.0f}",
            f"{self.log.lines}/{self.log.kilobytes:.0f}",
            f"{self.log.tracebacks}/{self.log.customers}",
            f"{before.tasks}/{during.tasks}/{after.tasks}",
            f"{before.threads}/{during.threads}/{after.threads}",
            f"{before.files}/{during.files}/{after.files}",
            "never" if self.well_after is None else f"{self.well_after:.1f}",
            self.digest,
            f"{during.cpu - before.cpu:.0f}",
            f"{self.lag:.1f}/{self.load:.0f}",
        )

    def wrong(self) -> list[str]:
        """Return what was acked late, or not with a 200, each with how often."""
        bad = Counter(f"{one.what}: {one.outcome}" for one in self.acks if one.is_late or one.outcome != GOOD)
        return [f"{count} x {what}" for what, count in bad.most_common()]

    def is_well(self) -> bool:
        """Whether nobody waited too long or got no answer, and the log is clean."""
        quiet = not self.log.tracebacks and not self.log.customers
        missed = sum(one.is_late or one.outcome != GOOD for one in self.acks) + self.answers[0]
        return quiet and not missed and self.well_after is not None


@dataclass(frozen=True, slots=True)
class Stop:
    """What became of a stop while something hung."""

    name: str
    took: float
    status: int | str
    promised: int  # commands that were acked
    told: int  # of these, those that were answered
    digest: str
    log: Log
    reaches_people: bool = True

    def cells(self) -> tuple[object, ...]:
        """Return the row of the table."""
        ended = (f"{self.took:.1f}", self.status, self.promised, self.promised - self.told, self.digest)
        return (self.name, *ended, f"{self.log.tracebacks}/{self.log.customers}")

    def is_well(self) -> bool:
        """Whether it ended in time, and what was promised was told, if it could be."""
        quiet = not self.log.tracebacks and not self.log.customers
        return self.took < LIMIT and quiet and (self.promised == self.told or not self.reaches_people)


RUN_HEADS = (
    *("scenario", "s", "acks", "slowest", ">3 s", "failed", "answers 0/1/2+", "MB", "log lines/kB", "traces/leaks"),
    *("tasks", "threads", "files", "well after", "digest", "CPU s", "lag/load"),
)
RUN_ROW = "{:<12}{:>4}{:>6}{:>8}{:>6}{:>7}{:>16}{:>14}{:>14}{:>13}{:>14}{:>10}{:>15}{:>11}{:>14}{:>7}{:>10}"
STOP_HEADS = ("stop during", "seconds", "status", "promised", "not told", "digest", "traces/leaks")
STOP_ROW = "{:<12}{:>9}{:>8}{:>10}{:>10}{:>26}{:>14}"


def answers(everybody: Iterable[Person]) -> Counter[int]:
    """Count the commands by how many answers they got."""
    return Counter(len(use.answers) for person in everybody for use in person.asked)


def promised(here: Outside, everybody: Iterable[Person]) -> tuple[int, int]:
    """Return how many commands were acked in time, and how many of these were answered."""
    urls = [one.response_url for one in here.deliveries.acks if one.outcome == GOOD and not one.is_late]
    kept = [here.slack.response_urls.of(url) for url in urls if url]
    asked = {id(use) for person in everybody for use in person.asked}
    acked = [use for use in kept if id(use) in asked]
    return len(acked), sum(bool(use.answers) for use in acked)
