"""The import contracts of pyproject.toml name every part of the program, and detect what they forbid."""

from pathlib import Path

import pytest

from tests.repository import shape
from tests.repository.worked_examples import copy_tree, run

ASKING, CIRCLES, SLACK, HTTP, SQL, DRIVERS = (
    "Slack's listeners ask a workspace",
    "No circles, of folders or of files",
    "Slack's SDK lives in bot.slack",
    "HTTP to careCycle lives in bot.carecycle",
    "SQL and encryption live in bot.store",
    "Drivers of databases are loaded by SQLAlchemy alone",
)
LAYERS, ROOMS = "Imports point down; cards see values only", "Inside bot.slack"


def test_every_part_of_the_program_has_a_layer() -> None:
    parts = {f"bot.{one.stem}" for one in (shape.ROOT / "bot").iterdir() if one.suffix == ".py" or _is_package(one)}
    named = shape.layers()
    assert len(named) == len(set(named))
    assert {one for one in named if one.startswith("bot.")} - {"bot.watches"} == parts - {"bot.__init__", "bot.watches"}
    assert {"blocks", "playground"} <= set(named)


def _is_package(folder: Path) -> bool:
    return (folder / "__init__.py").exists()


@pytest.mark.timeout(300)  # a copy of the tree, in which the contracts are checked once for each line of the table
def test_what_they_forbid_is_seen_also_in_packages_that_do_not_exist_yet(tmp_path: Path) -> None:
    tree = copy_tree(tmp_path)
    assert _broken(tree) == set()
    for file, line, contract in (
        ("bot/insight/series.py", "import httpx", HTTP),
        ("bot/insight/series.py", "import slack_sdk", SLACK),
        ("bot/insight/series.py", "import bot.store.database", LAYERS),
        ("bot/watches/__init__.py", "import sqlalchemy", SQL),
        ("bot/watches/__init__.py", "import bot.digests.due", LAYERS),
        ("bot/campaigns/listing.py", "import bot.digests.due", LAYERS),
        ("bot/store/lookups.py", "import aiosqlite", DRIVERS),
        ("bot/carecycle/rate_limit.py", "import bot.carecycle.http", CIRCLES),
        ("blocks/kit.py", "import bot.workspaces.registry", LAYERS),
        ("bot/slack/previews/rules.py", "import bot.carecycle.client", ASKING),
        ("bot/slack/context/people.py", "import bot.slack.digests.form", ROOMS),
        ("bot/slack/reminders.py", "", ROOMS),
    ):
        there, before = tree / file, (tree / file).read_text(encoding="utf-8") if (tree / file).exists() else None
        there.parent.mkdir(exist_ok=True)
        there.write_text(f"{before or ''}\n{line}\n", encoding="utf-8")
        broken = _broken(tree)
        assert contract in broken, (file, line)
        assert broken <= {contract, CIRCLES}, (file, line)  # an import upward makes a circle of folders as well
        if before is None:
            there.unlink()
        else:
            there.write_text(before, encoding="utf-8")


def _broken(tree: Path) -> set[str]:
    """Return the names of the contracts that are broken."""
    said = run(".venv/bin/lint-imports --no-cache", tree).stdout
    assert "Contracts:" in said, said
    return {line.partition(" BROKEN")[0] for line in said.splitlines() if " BROKEN" in line}  # "… (1 ignored import)"
