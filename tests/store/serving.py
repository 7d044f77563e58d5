"""`campaign-bot serve` in processes of its own, with stand-ins for Slack and careCycle."""

import asyncio
import signal
import sys
from asyncio.subprocess import Process
from pathlib import Path

from playground.carecycle import PLAYGROUND_KEY
from playground.slack.slack import SIGNING_SECRET
from playground.slack.web_api import BOT_TOKEN
from playground.world import World


def settings(here: World) -> dict[str, str]:
    """What a bot in this world needs, but for its database; the port is any that is free."""
    return {
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "SLACK_API_URL": f"{here.page}/api/",
        "CARECYCLE_API_KEY": PLAYGROUND_KEY,
        "PORT": "0",
    }


async def start(at: Path, **environment: str) -> Process:
    """The process, once the bot is ready, or has ended."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "serve"),
        cwd=at,
        env={"PATH": "", "TZ": "UTC", "PYTHONUTF8": "1", **environment},
        stdin=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stderr
    said = b""
    while line := await process.stderr.readline():
        said += line
        if b"ready" in line:
            return process
    raise AssertionError(said.decode())


async def stop(process: Process) -> str:
    """Ends it as an operator would; what it said since it was ready. It ended well."""
    process.send_signal(signal.SIGTERM)
    _, said = await process.communicate()
    assert process.returncode == 0, said.decode()
    return said.decode()
