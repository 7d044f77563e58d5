"""A test run on another day: pytest, its workers and the processes they start all have that day."""

import re
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from playground.clock import NEW_YORK
from tests.plugins import machine_clock
from tests.plugins.other_day import days, main, of_the_week

LOOKING = """
import datetime, subprocess, sys, time
import machine_clock

SAY = "print(d.date.today(), d.datetime.now(d.UTC), time.time())"
LOOK = [sys.executable, "-c", f"import datetime as d, time; time.sleep(2); {SAY}"]

def test_today():
    began, monotonic = time.time(), time.monotonic()
    assert str(datetime.date.today()) == "2028-02-29"
    assert machine_clock.now().isoformat() < "2028-02-29T12:10"
    for own in (machine_clock.environment(), None):
        day, moment, seconds = subprocess.check_output(LOOK, env=own, text=True).replace(" 12", "T12").split()
        assert day == "2028-02-29"
        assert 0 < float(seconds) - began < 60
        assert time.time() - float(seconds) < 1.8, "it runs from its start on, not from its first reading"
    time.sleep(0.1)
    assert abs((time.time() - began) - (time.monotonic() - monotonic)) < 0.5
"""


@pytest.mark.parametrize("workers", ["-n0", "-n1"])
def test_all_of_it_is_on_the_day_that_is_asked_for(tmp_path: Path, workers: str) -> None:
    (tmp_path / "test_looking.py").write_text(LOOKING, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\nasyncio_default_fixture_loop_scope = function\n", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", workers, "-p", "machine_clock", "-p", "no:cacheprovider"]
    own = {"TZ": "UTC", "TEST_DATE": "2028-02-29T12:00", "PYTHONPATH": str(Path(machine_clock.__file__).parent)}
    done = subprocess.run(  # on its own day: this is what is tested  # noqa: S603 - our own program
        command,
        cwd=tmp_path,
        env=own,
        capture_output=True,
        text=True,
        check=False,
        timeout=80,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^the clock: moved to Tuesday 2028-02-29 12:0\dZ$", done.stdout, re.MULTILINE)


NOW = datetime(2026, 11, 28, 21, tzinfo=UTC)


def test_in_seven_weeks_the_suite_runs_on_seven_days() -> None:
    found = [of_the_week(NOW + timedelta(weeks=week)) for week in range(7)]
    assert sorted(why for why, _, _ in found) == sorted(why for why, _, _ in days(NOW))
    moments = {why: moment for why, moment, _ in found}
    assert (moments["a Saturday"].isoweekday(), moments["29 February, and midnight"].date()) == (6, date(2028, 2, 29))
    assert {zone for _, _, zone in found} == {"UTC", "America/New_York", "Pacific/Auckland", "America/Los_Angeles"}


@pytest.mark.parametrize(("why", "when"), [("a clock", date(2027, 3, 14)), ("the other clock", date(2027, 11, 7))])
def test_the_clock_changes_a_few_minutes_into_the_run(why: str, when: date) -> None:
    (moment,) = (moment for name, moment, _ in days(NOW) if name == f"{why} change")
    before, after = (each.astimezone(NEW_YORK) for each in (moment, moment + timedelta(minutes=15)))
    assert (before.date(), before.utcoffset() == after.utcoffset()) == (when, False)


def test_the_day_of_the_week_is_printed_as_env_takes_it(capsys: pytest.CaptureFixture[str]) -> None:
    main()
    assert re.fullmatch(r"TEST_DATE=\d{4}-\d\d-\d\dT\d\d:\d\d\+00:00 TZ=\S+\n", capsys.readouterr().out)
