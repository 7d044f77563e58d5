"""`slack run`: the project's files for Slack's command line, called as it calls them.

How it does (slackapi/slack-cli, internal/hooks): a hook's words are put together with single spaces, what it adds
comes behind them as `--name="value"`, and `$SHELL -c`, else `sh -c`, runs the whole in the project's folder.
"""

import asyncio
import json
import os
import shutil
import signal
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path
from typing import Any

import pytest

from bot.manifest import manifest
from playground.slack.web_api import APP_TOKEN, BOT_TOKEN
from tests.conftest import MakeWorld
from tests.drivers.command_line import rest_of
from tests.plugins import machine_clock

ROOT = Path(__file__).parents[2]
HOOKS: dict[str, Any] = json.loads((ROOT / ".slack/hooks.json").read_text(encoding="utf-8"))
SHELLS = [name for name in ("sh", "bash", "zsh") if shutil.which(name)]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A checkout whose folder has a space in its name, with nothing in it but the programs."""
    folder = tmp_path / "our app"
    folder.mkdir()
    (folder / ".venv").symlink_to(sys.prefix)
    return folder


async def start(name: str, project: Path, *, shell: str = "sh", add: str = "", **environment: str) -> Process:
    """A hook as a process, in an environment with nothing else in it but where programs are."""
    script = " ".join([*HOOKS["hooks"][name].split(), *([add] if add else [])])
    given = {"PATH": os.environ["PATH"], "TZ": "UTC", "PYTHONUTF8": "1", **machine_clock.environment(), **environment}
    return await asyncio.create_subprocess_exec(
        *(shell, "-c", script), cwd=project, env=given, stdin=asyncio.subprocess.DEVNULL, stdout=PIPE, stderr=PIPE
    )


@pytest.mark.parametrize("shell", SHELLS)
async def test_the_manifest_comes_as_json_and_nothing_else(project: Path, shell: str) -> None:
    process = await start("get-manifest", project, shell=shell, add=f'--source="{project}"')
    out, err = await rest_of(process)
    assert (process.returncode, err) == (0, b"")
    assert json.loads(out) == manifest()
    assert not (ROOT / "manifest.json").exists(), "Slack's command line would read that instead"


async def test_a_wrong_setting_does_not_spoil_the_manifest(project: Path) -> None:
    (project / ".env").write_text("PORT=not-a-port\nCARECYCLE_LINK=https://app.other.example/{id}\n", encoding="utf-8")
    process = await start("get-manifest", project, add=f'--source="{project}"')
    out, _ = await rest_of(process)
    assert json.loads(out) == manifest(previews="app.other.example")


@pytest.mark.parametrize("shell", SHELLS)
async def test_the_app_that_was_just_installed_is_run_and_not_the_one_in_env(
    make_world: MakeWorld, project: Path, shell: str
) -> None:
    """Slack's command line puts the tokens of what it installed into the environment, which goes before `.env`."""
    here = await make_world()
    (project / ".env").write_text("SLACK_BOT_TOKEN=xoxb-production\nPORT=0\n", encoding="utf-8")
    tokens = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN}
    # of some versions these hold quotation marks, so nothing here reads them
    quoted = {"SLACK_CLI_XOXB": f'"{BOT_TOKEN}"', "SLACK_CLI_XAPP": f'"{APP_TOKEN}"'}
    process = await start("start", project, shell=shell, SLACK_API_URL=f"{here.page}/api/", **tokens, **quoted)
    try:
        assert "socket_mode=True" in await _ready(process)
        process.send_signal(signal.SIGINT)  # what `slack run` sends to the shell, which has become the bot
        async with asyncio.timeout(30):
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()


async def _ready(process: Process) -> str:
    """The log line with which it is ready."""
    assert process.stderr
    async with asyncio.timeout(30):
        while b"ready" not in (line := await process.stderr.readline()):
            assert line, "it ended before it was ready"
    return line.decode()


def test_the_connection_is_ours_and_the_files_that_are_watched_are_there() -> None:
    config = HOOKS["config"]
    assert config["sdk-managed-connection-enabled"] is True
    watched = config["watch"]
    for path in (*watched["manifest"]["paths"], *watched["app"]["paths"]):
        assert (ROOT / path).exists(), path


def test_what_belongs_to_one_machine_is_not_checked_in() -> None:
    assert (ROOT / ".slack/.gitignore").read_text(encoding="utf-8").split() == ["apps.dev.json", "cache/"]
    settings = json.loads((ROOT / ".slack/config.json").read_text(encoding="utf-8"))
    assert settings["manifest"] == {"source": "local"}
