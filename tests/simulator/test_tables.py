"""The tables of docs/insight.md are what `make simulate` writes, and show what they have to."""

import re

import pytest

from bot.insight import shares, usual_share
from tests.simulator.__main__ import PAGE, TABLES, tables, with_table
from tests.simulator.size import TINY

DIAL = 0.05  # false lines a digest


def _rows(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines() if "|" in line]


def _written(name: str) -> str:
    return tables(PAGE.read_text(encoding="utf-8"))[name]


@pytest.mark.parametrize("name", TABLES)
def test_the_page_has_the_table_that_the_command_writes(name: str) -> None:
    made, written = TABLES[name](TINY), _written(name)
    assert re.sub(r"\d+(\.\d+)?", "1", _words(made)) == re.sub(r"\d+(\.\d+)?", "1", _words(written))
    assert tables(with_table(PAGE.read_text(encoding="utf-8"), name, made))[name] == made


def _words(table: str) -> str:
    """Return the heads and first columns of tables, which do not depend on how much is simulated."""
    return "\n".join(" | ".join(row[:2]) if row[0][:1].isdigit() else " | ".join(row) for row in _rows(table))


def test_healthy_campaigns_have_at_most_the_false_lines_of_the_dial() -> None:
    rows = [row for row in _rows(_written("shares")) if len(row) == 4 and row[0].isdigit()]
    assert [row[0] for row in rows] == ["20", "200"]
    assert all(float(row[2]) <= DIAL == shares.BUDGET for row in rows)


def test_a_tripled_share_of_twelve_percent_is_noticed_within_three_days() -> None:
    heads, *rows = [row for row in _rows(_written("shares")) if len(row) == 5]
    (tripled,) = [row for row in rows if row[:2] == ["12%", "3"]]
    found = re.fullmatch(r"([\d.]+) days \(\d+%\)", tripled[heads.index("25 ended a day")])
    assert found
    assert float(found[1]) <= 3


def test_calls_and_shares_together_stay_below_the_dial() -> None:
    shares_rows, calls_rows = (
        {row[0]: row[2:] for row in _rows(_written(name)) if len(row) == 4 and row[0] in {"20", "200"}}
        for name in ("shares", "calls")
    )
    for campaigns in ("20", "200"):
        assert float(shares_rows[campaigns][0]) + sum(map(float, calls_rows[campaigns])) <= DIAL


def test_a_stall_where_five_calls_an_hour_are_usual_is_noticed_within_two_hours_and_a_reading() -> None:
    (five,) = [row for row in _rows(_written("calls")) if len(row) == 4 and row[0] == "5"]
    assert float(five[1]) <= 2.25


def test_about_four_of_five_ranges_hold_the_moment_of_the_empty_list() -> None:
    rows = [row for row in _rows(_written("calls")) if len(row) == 5 and row[0].endswith(("day", "days"))]
    assert len(rows) == 3
    assert all(70 <= int(row[2].rstrip("%")) <= 92 for row in rows)


def test_the_page_names_the_limits_of_the_rule() -> None:
    page = " ".join(PAGE.read_text(encoding="utf-8").split())
    least = f"at least {shares.LEAST_BAD} ended badly of at least {shares.LEAST_ENDED}"
    assert least in page
    assert f"at least {usual_share.POINTS:.0%}".rstrip("%") + " points above" in page
    assert f"fewer than {usual_share.NEW_BELOW} ends of its own" in page
    assert f"less than {shares.BUDGET}, divided by" in page
    assert f"the last {', '.join(map(str, shares.WINDOWS[:-1]))} and {shares.WINDOWS[-1]} days" in page
