"""Readings are packed as what changed, and every one that is kept restores to what it was."""

import json
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.campaigns import phone_numbers
from bot.campaigns.figures import COUNTED, Figures, TransferProblem
from bot.insight import packing
from bot.insight.packing import Packed, Unreadable, pack_all
from bot.insight.series import AccountReading

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
_few = st.one_of(st.none(), st.integers(-3, 4), st.integers(0, 10**12))
_moments = st.one_of(
    st.none(), st.integers(0, 3).map(lambda days: START + timedelta(days=days)), st.datetimes(timezones=st.just(UTC))
)
_problems = st.builds(
    TransferProblem, st.sampled_from(["to", "groups.a"]), st.sampled_from(["empty", "off"]), st.sampled_from(["x", "y"])
)
_figures = st.builds(
    Figures,
    name=st.sampled_from(["", "AEP", "Call 212-555-0143", "né <!channel>"]),
    status=st.sampled_from([None, "active", "paused"]),
    customers=_few,
    calls=_few,
    today=_few,
    states=st.dictionaries(st.sampled_from(COUNTED), st.integers(-2, 5)),
    ends=_moments,
    starts=_moments,
    updated=_moments,
    findings=st.one_of(st.none(), st.lists(_problems, max_size=2).map(tuple)),
)
_ids = st.sampled_from(["a", "b", "c", "d", "e"])
_listed = st.dictionaries(_ids, _figures, max_size=5)


@st.composite
def _histories(draw: st.DrawFn) -> list[AccountReading]:
    """Readings in which campaigns appear, disappear, return, and often stay as they were."""
    found: list[AccountReading] = []
    for number in range(draw(st.integers(1, 8))):
        now = draw(_listed)
        if found:  # campaigns that stay as they were
            still = draw(st.sets(_ids))
            now |= {id_: one for id_, one in found[-1].campaigns.items() if id_ in still}
        found.append(AccountReading(START + timedelta(minutes=15 * number), now, draw(st.booleans())))
    return found


def _whole(reading: AccountReading) -> list[tuple[object, ...]]:
    """Everything of a reading, with names as they are stored, and the words of findings."""
    return [
        (
            *(reading.at, reading.coarse, id_),
            replace(one, name=phone_numbers.masked(one.name)),
            one.findings and [found.says for found in one.findings],
        )
        for id_, one in sorted(reading.campaigns.items())
    ]


@settings(deadline=None)  # the machine may be busy
@given(_histories())
def test_readings_restore_to_what_they_were(readings: list[AccountReading]) -> None:
    assert list(map(_whole, packing.unpack(list(pack_all(readings))))) == list(map(_whole, readings))


@settings(deadline=None)  # the machine may be busy
@given(_histories(), st.data())
def test_every_kept_reading_restores_to_what_it_was_however_often_others_are_left_out(
    readings: list[AccountReading], data: st.DataObject
) -> None:
    rows, left = list(pack_all(readings)), readings
    for _ in range(2):
        wanted = data.draw(st.lists(st.sampled_from(left), unique_by=lambda one: one.at))
        left = [one for one in left if one in wanted or one is left[-1]]
        merged = list(packing.merge(rows, [one.at for one in left]))
        before = {row.at: row.packed for row in rows}
        assert all(row.packed == before[row.at] for row, changed in merged if not changed)
        rows = [row for row, _ in merged]
        assert list(map(_whole, packing.unpack(rows))) == list(map(_whole, left))


@settings(deadline=None)  # the machine may be busy
@given(_histories(), _histories())
def test_a_reading_is_packed_against_what_was_restored_as_against_what_was_read(
    readings: list[AccountReading], more: list[AccountReading]
) -> None:
    """Whoever packs the next one may have read the one before, or loaded it."""
    loaded = list(packing.unpack(list(pack_all(readings))))[-1]
    assert packing.pack(more[0], loaded) == packing.pack(more[0], readings[-1])


def test_none_is_not_zero() -> None:
    readings = [
        AccountReading(START + timedelta(hours=hour), {"a": Figures("AEP", calls=calls, states=states)})
        for hour, (calls, states) in enumerate([(None, {}), (0, {"failed": 0}), (5, {"failed": 5}), (None, {})])
    ]
    restored = list(packing.unpack(list(pack_all(readings))))
    assert [one.campaigns["a"].calls for one in restored] == [None, 0, 5, None]
    assert [dict(one.campaigns["a"].states) for one in restored] == [{}, {"failed": 0}, {"failed": 5}, {}]


def test_a_field_of_a_later_version_is_left_out_and_outlives_thinning() -> None:
    first = {"before": 0, "new": {"id": ["a"], "name": ["AEP"], "answered": [7]}}
    then = {"before": 1, "added": {"at": [0], "answered": [3], "calls": [0]}}
    rows = [
        Packed(START + timedelta(hours=hour), zlib.compress(json.dumps(one).encode()))
        for hour, one in enumerate((first, then))
    ]
    assert [one.campaigns["a"] for one in packing.unpack(rows)] == [Figures("AEP")] * 2
    ((kept, changed),) = packing.merge(rows, [rows[-1].at])
    assert changed
    assert json.loads(zlib.decompress(kept.packed))["new"]["answered"] == [10]


def test_a_reading_that_does_not_follow_on_the_one_before_it_is_refused() -> None:
    one = AccountReading(START, {"a": Figures("AEP"), "b": Figures("ACA")})
    two = AccountReading(START + timedelta(hours=1), {"a": Figures("AEP", calls=1)})
    rows = list(pack_all([one, two]))
    for wrong in (rows[1:], [Packed(START, b"rubbish")], [Packed(START, rows[0].packed[:-9])]):
        with pytest.raises(Unreadable):
            list(packing.unpack(wrong))
