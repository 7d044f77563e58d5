"""The steps of installing, as the README and docs/operating.md tell them, work as they stand there."""

import asyncio
import re
import shutil
from pathlib import Path

import pytest

from bot.config import Settings
from bot.stopping import GRACE
from tests.drivers.command_line import run

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
OPERATING = (ROOT / "docs/operating.md").read_text(encoding="utf-8")
SAMPLE = (ROOT / "docs/sample.env").read_text(encoding="utf-8")
OF_TESTS = {"SLACK_API_URL"}  # operators never set it
EXAMPLES = {"PUBLIC_URL", "CARECYCLE_PARAMS", "DATABASE_URL"}  # their values in the sample are not defaults


def sample() -> dict[str, str]:
    """The settings of the sample and their values, also of those that are commented out."""
    return dict(re.findall(r"^(?:# )?([A-Z_]+)=(.*)$", SAMPLE, re.MULTILINE))


def test_the_sample_has_every_setting_of_an_operator_once_and_no_other() -> None:
    names = re.findall(r"^(?:# )?([A-Z_]+)=", SAMPLE, re.MULTILINE)
    assert sorted(names) == sorted({name.upper() for name in Settings.model_fields} - OF_TESTS)


def test_a_value_in_the_sample_is_the_default_or_an_example() -> None:
    given = {name: value for name, value in sample().items() if value}
    settings = Settings(_env_file=None, **{name.lower(): value for name, value in given.items()})  # type: ignore[arg-type]  # text, as from a file
    for name in given.keys() - EXAMPLES:
        assert getattr(settings, name.lower()) == Settings.model_fields[name.lower()].default, name
    assert given.keys() >= EXAMPLES


async def test_the_sample_and_the_two_tokens_are_enough_to_run(tmp_path: Path) -> None:
    shutil.copy(ROOT / "docs/sample.env", tmp_path / ".env")
    unfilled = await run("doctor", at=tmp_path)
    assert [line.split()[1] for line in unfilled.lines if line.startswith("✗")] == [
        "SLACK_APP_TOKEN",
        "SLACK_BOT_TOKEN",
    ]
    filled = SAMPLE.replace("\nSLACK_APP_TOKEN=", "\nSLACK_APP_TOKEN=xapp-1").replace("TOKEN=\n", "TOKEN=xoxb-1\n")
    (tmp_path / ".env").write_text(filled, encoding="utf-8")
    ran = await run("doctor", at=tmp_path)
    assert ran.status == 0, ran
    assert "• settings come from the environment and from .env in this folder" in ran.lines


def test_systemd_starts_what_make_install_makes_and_waits_as_long_as_the_bot_needs() -> None:
    unit = OPERATING.split("/etc/systemd/system/campaign-bot.service`:\n```\n")[1].split("```")[0]
    values = dict(re.findall(r"^(\w+)=(.+)$", unit, re.MULTILINE))
    assert values["ExecStart"] == f"{values['WorkingDirectory']}/.venv/bin/campaign-bot serve"
    assert float(values["TimeoutStopSec"]) > GRACE


@pytest.mark.parametrize("page", [README, OPERATING], ids=["README", "operating"])
async def test_every_command_of_the_program_that_a_page_names_is_there(page: str, tmp_path: Path) -> None:
    code = re.findall(r"`([^`\n]+)`|^( *campaign-bot [^\n]+)$", page, re.MULTILINE)
    named = {words for one in code for words in re.findall(r"campaign-bot ((?:[a-z][a-z-]+ ?){1,2})", "".join(one))}
    commands = {tuple(words.split()) for words in named}
    assert ("doctor",) in commands
    ran = await asyncio.gather(*(run(*words, "--help", at=tmp_path) for words in sorted(commands)))
    for words, one in zip(sorted(commands), ran, strict=True):
        assert (one.status, one.err) == (0, ""), words


def test_every_target_of_make_that_the_readme_names_is_there() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", README, re.MULTILINE))
    assert named >= {"install", "play", "test", "check", "bench", "quick"}
    assert named <= targets
