"""Generated histories: every change a digest shows is what somebody with the messages before it would work out."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blocks.digests import message as digest_message
from blocks.kit import Message
from bot.campaigns.figures import Figures
from bot.digests.comparison import Delivered
from bot.digests.snapshot import Snapshot
from tests.samples.digest_messages import EDITION, ZONE, at, edition_with, id_of

NAMES: Final = ("AEP", "Plan check", "Renewals", "Win back")
NUMBERS: Final = ("calls", "completed", "failed", "left", "today")  # in the order of the columns
ONLY_RISING: Final = ("calls", "completed")  # those who failed may be called again
TOTALS: Final = ("calls", "completed", "failed", "left")
_CELL = re.compile(r"(–|−?[\d,]+)(?: \(([+−±][\d,]+)\))?")
_COUNTER = re.compile(r"(–|−?[\d,]+)(?: \((?:([+±][\d,]+)|went down, was ([\d,−]+))\))?")  # one that falls says so
_TOTAL = re.compile(r"(–|−?[\d,]+)(?:  _([+−±][\d,]+)_)?")


@dataclass(frozen=True)
class Step:
    """What careCycle would say at a slot, how many hours after the one before, and whether it was delivered."""

    hours: int
    campaigns: Mapping[str, Figures]
    missing: frozenset[str]
    arrives: bool


@dataclass(frozen=True)
class Said:
    """A message as somebody reads it: by campaign its numbers, and what is said to have come on top."""

    day: date
    numbers: Mapping[str, Mapping[str, int | None]]
    deltas: Mapping[str, Mapping[str, int | None]]
    totals: Sequence[tuple[int | None, int | None]]


_known = st.integers(0, 9) | st.integers(-2, 2_000)
_counts = st.one_of(_known, _known, _known, st.none())
_states = dict.fromkeys(("pending", "in_progress", "completed"), _known)
_figures = st.builds(
    Figures,
    name=st.just(""),
    status=st.sampled_from(("active", "paused", "brand_new", None)),
    customers=_counts,
    calls=_counts,
    today=_counts,
    states=st.fixed_dictionaries(_states, optional={"failed": _known}) | st.fixed_dictionaries({}, optional=_states),
)
_steps = st.builds(
    Step,
    hours=st.sampled_from((24, 5, 1, 14, 72, 200)),
    campaigns=st.fixed_dictionaries(
        {NAMES[0]: _figures}, optional={NAMES[1]: _figures, NAMES[2]: _figures, NAMES[3]: _figures}
    ),
    missing=st.just(frozenset()) | st.frozensets(st.sampled_from(NAMES), max_size=2),
    arrives=st.integers(0, 3).map(bool),
)


@given(st.lists(_steps, min_size=3, max_size=8))
@settings(max_examples=150, deadline=None)
@pytest.mark.parametrize("plain", [False, True], ids=["rich", "plain"])
def test_every_change_is_what_follows_from_the_last_message_that_arrived(plain: bool, steps: list[Step]) -> None:
    last: Said | None = None
    for message, day, arrives in _delivered(steps, plain):
        said = _read(message, day, plain)
        for name, numbers in said.numbers.items():
            assert said.deltas[name] == {number: _change(number, numbers, name, said, last) for number in NUMBERS}
        assert list(said.totals) == _totals(said) or not said.numbers
        last = said if arrives else last


def _delivered(steps: list[Step], plain: bool) -> Iterator[tuple[Message, date, bool]]:
    """Every message, its day, and whether it arrives: the next one is compared with the last that did."""
    before, when = None, at(2)
    for step in steps:
        when += timedelta(hours=step.hours)
        campaigns = {
            id_of(NAMES.index(name)): replace(one, name=name)
            for name, one in step.campaigns.items()
            if name not in step.missing
        }
        day = when.astimezone(ZONE).date()
        now = Snapshot(when, day, campaigns, {id_of(NAMES.index(name)): "Unavailable" for name in step.missing})
        edition = edition_with(EDITION, now=now, before=before, due=when, history=())
        yield digest_message.message(edition, plain=plain), day, step.arrives
        before = Delivered(when, now) if step.arrives else before


def _change(number: str, numbers: Mapping[str, int | None], name: str, said: Said, last: Said | None) -> int | None:
    """The naive recomputation: one number of this message less that of the last."""
    if last is None or name not in last.numbers or (number == "today" and said.day != last.day):
        return None
    now, was = numbers[number], last.numbers[name][number]
    return None if now is None or was is None else now - was


def _totals(said: Said) -> list[tuple[int | None, int | None]]:
    def added(of: Mapping[str, Mapping[str, int | None]], number: str) -> int | None:
        known = [value for one in of.values() if (value := one[number]) is not None]
        return sum(known) if known else None

    return [(added(said.numbers, number), added(said.deltas, number)) for number in TOTALS]


def _read(message: Message, day: date, plain: bool) -> Said:
    rows = dict(_lines(message) if plain else _table(message))
    read = {name: list(map(_cell, NUMBERS, cells)) for name, cells in rows.items()}
    return Said(
        day,
        {
            name: {number: value for number, (value, _) in zip(NUMBERS, cells, strict=True)}
            for name, cells in read.items()
        },
        {
            name: {number: delta for number, (_, delta) in zip(NUMBERS, cells, strict=True)}
            for name, cells in read.items()
        },
        [_total(text) for text in _fields(message)],
    )


def _table(message: Message) -> Iterator[tuple[str, list[str]]]:
    for block in _blocks(message, "data_table"):
        for name, _, *cells in block["rows"][1:]:
            yield name["text"], [cell["text"] for cell in cells]


def _lines(message: Message) -> Iterator[tuple[str, list[str]]]:
    for block in _blocks(message, "section"):
        for line in block.get("text", {}).get("text", "").split("\n"):
            name, *parts = line.split("  ·  ")
            if len(parts) == 6:
                yield name.strip("*"), [re.sub(r" (calls|today|completed|failed|left)", "", part) for part in parts[1:]]


def _fields(message: Message) -> Iterator[str]:
    for block in _blocks(message, "section"):
        yield from (field["text"].split("\n")[1] for field in block.get("fields", ()))


def _blocks(message: Message, kind: str) -> Iterator[Any]:
    return (block for block in message.blocks if block["type"] == kind)


def _cell(number: str, text: str) -> tuple[int | None, int | None]:
    found = (_COUNTER if number in ONLY_RISING else _CELL).fullmatch(text)
    assert found, (number, text)
    value, delta, was = (*map(_number, found.groups()), None)[:3]
    if value is None or was is None:
        return value, delta
    assert value < was, text
    return value, value - was


def _total(text: str) -> tuple[int | None, int | None]:
    found = _TOTAL.fullmatch(text)
    assert found, text
    value, delta = map(_number, found.groups())
    return value, delta


def _number(text: str | None) -> int | None:
    return int(re.sub("[,+±]", "", text).replace("−", "-")) if text and text != "–" else None
