"""`make bench` and `make soak` run all their parts, and print their numbers."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.bench import __main__ as benchmarks
from tests.bench import page
from tests.bench.report import Result
from tests.bench.size import Size
from tests.soak.burst import main as burst
from tests.soak.deaths import main as soak
from tests.soak.hanging.__main__ import main as hanging
from tests.soak.replicas.__main__ import SCENARIOS
from tests.soak.replicas.__main__ import main as replicas
from tests.soak.stops import main as stops

PAGE = Path(__file__).parents[2] / "docs" / "bench.md"
# How many numbers each part prints.
NUMBERS = {
    "process": 3,
    "http": 24,
    "misses": 6,
    "together": 2,
    "start": 3,
    "ways": 8,
    "home": 5,
    "people": 8,
    "waiting": 8,
    "replicas": 6,
    "workspaces": 4,
    "search": 3,
    "readings": 8,
    "digests": 16,
}
COUNTED = (
    "asks at once",
    "would refuse",
    "lost",
    "doubled",
    "calls to Slack",
    "without an answer",
)  # right or wrong, however slow it is


@pytest.mark.usefixtures("log_lines")  # puts back where log lines go
@pytest.mark.parametrize("part", benchmarks.PARTS)
def test_a_part_of_the_benchmark_runs_and_prints_its_numbers(
    part: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if part in ("digests", "replicas"):
        monkeypatch.setenv("TEST_POSTGRES_URL", request.getfixturevalue("postgres_server").url)
    assert benchmarks.main([part, "--tiny"]) == 0
    lines = capsys.readouterr().out.splitlines()
    numbers = [float(found[1]) for line in lines if (found := re.match(r"(?:ok  |MISS|    ) .+? (\d+\.\d{3}) ", line))]
    assert len(numbers) == len(lines) == NUMBERS[part]
    assert max(numbers) > 0
    assert [line for line in lines if line.startswith("MISS") and any(word in line for word in COUNTED)] == []


@pytest.mark.parametrize(
    ("typed", "parts", "digests", "status"),
    [
        ("", list(benchmarks.PARTS), 10_000, 1),
        ("digests --size 1000", ["digests"], 1_000, 1),
        ("start --tiny", ["start"], 20, 0),
    ],
)
@pytest.mark.usefixtures("log_lines")
def test_the_benchmark_runs_what_is_asked_for_and_fails_when_something_is_missed(
    monkeypatch: pytest.MonkeyPatch, typed: str, parts: list[str], digests: int, status: int
) -> None:
    async def one_missed(asked: Sequence[str], size: Size, kept: Path | None) -> int:
        assert (list(asked), size.digests, kept) == (parts, digests, None)
        return 1

    monkeypatch.setattr(benchmarks, "measure", one_missed)
    assert benchmarks.main(typed.split()) == status


def test_the_page_of_the_last_figures_has_every_part() -> None:
    kept = page.sections(PAGE.read_text(encoding="utf-8"))
    assert list(kept) == list(benchmarks.PARTS), "`python -m tests.bench PART --write docs/bench.md` adds a section"
    for part, text in kept.items():
        assert re.search(r"^\| (?:ok|MISS|) ?\| .+ \| [\d.,]+ \|", text, re.MULTILINE), part
        assert re.search(
            r"^Measured on \w+ \d+, 20\d\d: \d+ cores?, \d+ GB of memory, Linux, Python 3", text, re.MULTILINE
        )


@pytest.mark.usefixtures("log_lines")
def test_a_part_that_is_measured_alone_replaces_its_own_section(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def counted(_: Size) -> list[Result]:
        """(x) Count to seven."""
        return [Result("(x) counted", 7, at_most=6), Result("    and a half", 7.5)]

    kept = tmp_path / "bench.md"
    before = {"process": "old", "http": "old", "gone": "of a part that there was"}
    kept.write_text(page.page(before, list(before)), encoding="utf-8")
    monkeypatch.setattr(benchmarks, "PARTS", {**benchmarks.PARTS, "http": [counted]})
    assert benchmarks.main(["http", "--write", str(kept)]) == 1
    after = page.sections(kept.read_text(encoding="utf-8"))
    assert list(after) == ["process", "http"]
    assert after["process"] == "old"
    about, _, measured, *_, counted_to, half = after["http"].splitlines()
    assert (about, counted_to) == ("(x) Count to seven.", "| MISS | (x) counted | 7 | at most 6 |")
    assert half == "|  | and a half | 7.500 |  |"
    assert measured.startswith("Measured on ")
    with pytest.raises(SystemExit):
        benchmarks.main(["http", "--tiny", "--write", str(kept)])


def test_the_soak_runs_and_prints_what_came_of_a_death(capsys: pytest.CaptureFixture[str]) -> None:
    assert soak(["7", "--tiny"]) == 0
    seed, _, row = capsys.readouterr().out.splitlines()
    assert seed == "seed 7"
    assert re.match(r"SQLite +1 +1 +[01] +0 +0 ", row)


def test_the_soak_of_stops_runs_and_prints_how_long_they_took(capsys: pytest.CaptureFixture[str]) -> None:
    assert stops(["--seed", "7", "--rounds", "1", "--sqlite"]) == 0
    seed, _, row = capsys.readouterr().out.splitlines()
    assert seed == "seed 7"
    assert re.match(r"SQLite +1 +\d+ +0 +\d+\.\d\d ", row)


def test_the_soak_of_what_hangs_runs_and_prints_its_figures(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TEST_POSTGRES_URL", request.getfixturevalue("postgres_server").url)
    assert hanging(["--scenario", "nothing", "--tiny"]) == 0
    _, run, _, _, stop = capsys.readouterr().out.splitlines()
    assert re.match(r"nothing +1 +\d+ +\d+\.\d\d +0 +0 +0/\d+/0 ", run)
    assert re.match(r"nothing +\d+\.\d +0 +\d+ +0 ", stop)


def test_the_soak_of_many_commands_runs_and_prints_how_late_they_were(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert burst(["--commands", "60", "--at-once", "10"]) == 0
    _, *rows = capsys.readouterr().out.splitlines()
    assert len(rows) == 3
    assert all(re.search(r" 60( +\d+\.\d\d){5} +0 +\d+ +\d+ ", row) for row in rows)


@pytest.mark.usefixtures("log_lines")  # puts back where log lines go
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_soak_of_replicas_runs_each_scenario_and_prints_its_figures(
    scenario: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TEST_POSTGRES_URL", request.getfixturevalue("postgres_server").url)
    assert replicas(["--scenario", scenario, "--runs", "1", "--tiny"]) == 0
    _, *rows = capsys.readouterr().out.splitlines()
    assert rows
    assert all(re.search(r" 1( +\d+\.\d\d){3}", row) for row in rows if ", run 1: " not in row)
