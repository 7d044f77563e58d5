"""`make mutants` works: of the smallest module, since a whole run takes hours."""

import re
from pathlib import Path

import pytest
from mutation.__main__ import main
from mutation.modules import MODULES

ROOT = Path(__file__).parent.parent


@pytest.mark.timeout(300)  # mutmut runs the tests of that module some fifteen times
def test_small_mistakes_are_put_into_a_module_and_noticed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bot/phones.py"]) == 0
    row = re.search(r"\| `bot/phones.py` \| (\d+) \| (\d+) \| \d+ % \|", capsys.readouterr().out)
    assert row
    made, noticed = map(int, row.groups())
    assert made > noticed > 0  # one of them changes nothing


def test_a_file_that_is_not_listed_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bot/elsewhere.py"]) == 2
    assert "bot/elsewhere.py" in capsys.readouterr().out


def test_every_module_and_test_listed_is_there_and_has_a_score() -> None:
    kept = (ROOT / "docs/mutants.md").read_text(encoding="utf-8")
    for module, tests in MODULES.items():
        assert all((ROOT / path).exists() for path in (module, *tests) if not path.startswith("-"))
        assert f"| `{module}` |" in kept
