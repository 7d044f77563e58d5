"""The documents describe the code as it is."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

from bot.cli.main import app
from bot.config import Settings
from bot.manifest import manifest
from bot.slack.command import SUBCOMMANDS, help_cards
from playground.slack.page import Page

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
ARCHITECTURE = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
PLAYGROUND = (ROOT / "docs/playground.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def _table(title: str) -> str:
    """Return the part of the README under a heading."""
    return README.split(f"\n## {title}\n")[1].split("\n## ")[0]


def test_the_readme_lists_every_setting_and_no_other() -> None:
    rows = [line for line in _table("Settings").splitlines() if line.startswith("| `")]
    listed = {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row.split("|")[1])}
    assert listed == {name.upper() for name in Settings.model_fields}


@pytest.mark.parametrize(
    "name", ["carecycle_base_url", "carecycle_link", "command", "slack_api_url", "port", "host", "log_level"]
)
def test_the_readme_names_the_default_of_a_setting(name: str) -> None:
    (row,) = [
        line
        for line in _table("Settings").splitlines()
        if line.startswith("| `") and f"`{name.upper()}`" in line.split("|")[1]
    ]
    assert f"`{Settings.model_fields[name].default}`" in row


def test_the_readme_gives_a_reason_for_every_scope_and_for_no_other() -> None:
    rows = re.findall(r"^\| (`[a-z:._, `]+`) \| .{15,}", _table("Scopes"), re.MULTILINE)
    assert sorted(scope for row in rows for scope in re.findall(r"[a-z:._]+", row)) == sorted(
        manifest(history=True)["oauth_config"]["scopes"]["bot"]
    )


def test_the_readme_names_the_pythons_it_is_tested_with_and_the_image_takes_the_newest() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    tested = [one.rpartition(" ")[2] for one in project["classifiers"] if ":: Python ::" in one]
    assert f"You need Python {', '.join(tested[:-1])} or {tested[-1]} " in README
    assert project["requires-python"] == f">={tested[0]}"
    taken = re.findall(r"^FROM python:([\d.]+)", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    assert taken == [tested[-1]] * 2


def test_the_readme_shows_every_subcommand() -> None:
    for name in SUBCOMMANDS:
        assert f"`/campaign {name}" in README


def test_help_shows_every_subcommand() -> None:
    shown = str(help_cards("/campaign")["manager"].blocks)
    for name, row in SUBCOMMANDS.items():
        assert f"`/campaign {name}`  {row.line}" in shown


def test_every_command_says_in_a_line_what_it_does() -> None:
    for command in app.registered_commands:
        assert command.callback
        assert (command.callback.__doc__ or "").strip()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_file_a_document_names_is_there(page: Path) -> None:
    document = _without_examples(page)
    for path in re.findall(r"`((?:bot|blocks|playground|tests|docs|requirements)/[\w./]+)`", document):
        assert (ROOT / path).exists(), path
    for link in re.findall(r"\]\(([^)#:]+)[^):]*\)", document):
        assert (page.parent / link).exists(), link


def _without_examples(page: Path) -> str:
    """Return a page without its worked examples, which name files that do not exist."""
    before, _, rest = page.read_text(encoding="utf-8").partition("\n## Worked examples\n")
    return before + rest.partition("\n## ")[2]


def _says(module: Path) -> str:
    """Return the first line of a module's docstring, without the full stop."""
    said = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""
    return said.partition("\n")[0].removesuffix(".")


def test_the_tree_has_each_folder_with_what_it_says_of_itself() -> None:
    drawn = ARCHITECTURE.split("```\n")[1].splitlines()
    folders = [folder.parent for top in ("bot", "blocks") for folder in sorted((ROOT / top).rglob("__init__.py"))]
    assert len(drawn) == len(folders) > 20
    for folder in folders:
        depth = len(folder.relative_to(ROOT).parts) - 1
        assert f"{'  ' * depth + folder.name + '/':<18}{_says(folder / '__init__.py')}" in drawn


def test_the_drivers_are_listed_with_what_they_say_of_themselves() -> None:
    listed = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", ARCHITECTURE.split("\n| driver ")[1], re.MULTILINE))
    drivers = {file.stem: _says(file) for file in (ROOT / "tests/drivers").glob("*.py") if file.stem != "__init__"}
    assert listed == {name: said[0].lower() + said[1:] for name, said in drivers.items()}


def test_the_functions_of_the_walks_are_where_they_are_said_to_be() -> None:
    walks = ARCHITECTURE.split("\n## Four walks\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (\d+) \| (?:› )?`([\w.]+)` \| `([\w/]+\.py)` \|", walks, re.MULTILINE)
    assert [int(number) for number, _, _ in rows if number == "1"] == [1, 1, 1, 1]
    assert len(rows) == len(re.findall(r"^\| \d", walks, re.MULTILINE)) > 30
    for _, name, file in rows:
        there: list[ast.stmt] = ast.parse((ROOT / file).read_text(encoding="utf-8")).body
        for part in name.split("."):
            found = [one for one in there if getattr(one, "name", "") == part]
            assert found, (file, name)
            there = getattr(found[0], "body", [])


def test_the_playgrounds_document_lists_every_action() -> None:
    listed = set(re.findall(r"^\| `/page/(\w+)`", PLAYGROUND, re.MULTILINE))
    page = Page.__new__(Page)
    Page.__init__(page, None, None)  # type: ignore[arg-type]  # only the table of actions is looked at
    assert listed == set(page._actions)


def test_the_changelog_has_a_place_for_what_comes_next() -> None:
    assert "## Unreleased" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
