"""`make mutants` works: seen by the smallest module and one test, since a whole run takes hours."""

import re
from pathlib import Path

import pytest
from mutation.__main__ import main, tried
from mutation.modules import MODULES

ROOT = Path(__file__).parent.parent


@pytest.mark.timeout(300)  # mutmut starts, and runs this test of phone numbers some fifteen times
def test_small_mistakes_are_put_into_a_module_and_noticed(capsys: pytest.CaptureFixture[str]) -> None:
    tried("bot/phones.py", ["tests/blocks/test_phones.py::test_an_extension_is_part_of_its_number"])
    said = capsys.readouterr().out
    row = re.search(r"\| `bot/phones.py` \| (\d+) \| (\d+) \| \d+ % \|", said)
    assert row, said
    made, noticed = map(int, row.groups())
    assert made > noticed > 0  # one of them changes nothing
    assert 'found["kept"]' in said  # that one is shown


def test_a_file_that_is_not_listed_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bot/elsewhere.py"]) == 2
    assert "bot/elsewhere.py" in capsys.readouterr().out


def test_every_module_and_test_listed_is_there_and_has_a_score() -> None:
    kept = (ROOT / "docs/mutants.md").read_text(encoding="utf-8")
    for module, tests in MODULES.items():
        assert all((ROOT / path).exists() for path in (module, *tests) if not path.startswith("-"))
        assert f"| `{module}` |" in kept
