"""`make mutants` works: tried with a small module and one test, because a whole run takes hours."""

import re
from pathlib import Path

import pytest

from tests.mutation.__main__ import WANTED, main, tried
from tests.mutation.modules import MODULES

ROOT = Path(__file__).parents[2]
_ROW = re.compile(r"^\| `(bot/\S+\.py)` \| (\d+) \| (\d+) \| (\d+) % \| \d{4}-\d\d-\d\d \|$", re.MULTILINE)


@pytest.mark.timeout(300)  # mutmut starts, and runs this test of phone numbers some fifteen times
def test_small_mistakes_are_put_into_a_module_and_noticed(capsys: pytest.CaptureFixture[str]) -> None:
    tried(
        "bot/campaigns/phone_numbers.py",
        ["tests/campaigns/test_phone_numbers.py::test_an_extension_is_part_of_its_number"],
    )
    said = capsys.readouterr().out
    row = re.search(r"\| `bot/campaigns/phone_numbers.py` \| (\d+) \| (\d+) \| \d+ % \|", said)
    assert row, said
    made, noticed = map(int, row.groups())
    assert made > noticed > 0  # one of them changes nothing
    assert 'found["kept"]' in said  # that one is shown


def test_a_file_that_is_not_listed_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bot/elsewhere.py"]) == 2
    assert "bot/elsewhere.py" in capsys.readouterr().out


def test_every_module_and_test_listed_is_there() -> None:
    for module, tests in MODULES.items():
        paths = (path.partition("::")[0] for path in (module, *tests) if not path.startswith("-"))
        assert all((ROOT / path).exists() for path in paths), module


def test_every_module_listed_has_a_score_that_is_enough() -> None:
    rows = _ROW.findall((ROOT / "docs/mutants.md").read_text(encoding="utf-8"))
    assert [module for module, *_ in rows] == list(MODULES)
    for module, *figures in rows:
        made, noticed, percent = map(int, figures)
        assert percent == 100 * noticed // made >= WANTED, module
