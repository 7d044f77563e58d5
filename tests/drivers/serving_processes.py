"""Run `campaign-bot serve` in its own processes, with stand-ins for Slack and careCycle."""

import asyncio
import signal
import sys
from asyncio.subprocess import Process
from pathlib import Path

from playground.carecycle import PLAYGROUND_KEY
from playground.slack.slack import SIGNING_SECRET
from playground.slack.web_api import BOT_TOKEN
from playground.world import World
from tests.drivers.command_line import line_with, rest_of
from tests.plugins import machine_clock


def settings(here: World) -> dict[str, str]:
    """Return the settings of a bot in this world, except for its database. The port is any free one."""
    return {
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "SLACK_API_URL": f"{here.page}/api/",
        "CARECYCLE_API_KEY": PLAYGROUND_KEY,
        "PORT": "0",
    }


async def start(at: Path, files: int = 0, /, **environment: str) -> Process:
    """Start the bot in the folder `at`, and return its process once it is ready.

    `files`: how many file descriptors it may have; 0: as many as this process.
    """
    few = ("/bin/sh", "-c", f'ulimit -n {files} && exec "$0" "$@"') if files else ()
    process = await asyncio.create_subprocess_exec(
        *(*few, sys.executable, "-m", "bot", "serve"),
        cwd=at,
        env={"PATH": "", "TZ": "UTC", "PYTHONUTF8": "1", **machine_clock.environment(), **environment},
        stdin=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    await line_with(b"ready", process.stderr)
    return process


async def stop(process: Process) -> str:
    """End the process as an operator would. Assert that it ended well, and return what it wrote since it was ready."""
    process.send_signal(signal.SIGTERM)
    _, said = await rest_of(process)
    assert process.returncode == 0, said.decode()
    return said.decode()
