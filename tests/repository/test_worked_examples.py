"""Each worked example of docs/architecture.md is right: its diff applies, and what it says to run passes."""

from pathlib import Path

import pytest

from tests.repository.worked_examples import PAGE, ROOT, Example, apply, copy_tree, examples, run

EXAMPLES = examples((ROOT / PAGE).read_text(encoding="utf-8"))
LINT = (".venv/bin/ruff format --check {}", ".venv/bin/ruff check {}")


def test_the_page_has_an_example_for_each_kind_of_change() -> None:
    assert list(EXAMPLES) == [
        "A section of the card",
        "A subcommand",
        "A setting of a workspace",
        "A field of careCycle",
        "A reason in a digest",
    ]


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES)
def test_an_example_names_the_driver_and_the_decision(example: Example) -> None:
    assert "**Driver:**" in example.text
    assert "**Do not forget:**" in example.text
    assert any(one.startswith(".venv/bin/pytest ") for one in example.commands)


@pytest.mark.timeout(300)  # a copy of the tree, and several runs of pytest in it
@pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES)
def test_an_example_is_right(example: Example, tmp_path: Path) -> None:
    tree = copy_tree(tmp_path)
    for diff in example.diffs:
        apply(diff, tree)
    python = " ".join(one for one in example.files if one.endswith(".py"))
    for command in (*(one.format(python) for one in LINT), *example.commands):
        done = run(command, tree)
        assert done.returncode == 0, f"$ {command}\n{done.stdout[-4000:]}{done.stderr[-2000:]}"
