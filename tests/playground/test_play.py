"""`make play` runs `campaign-bot playground`: it says where its page is, serves it, and ends when it is told to."""

import asyncio
import json
import re
import sys
from asyncio.subprocess import PIPE, Process

import aiohttp

from playground.slack.page import DIST

LIMIT = 30.0  # seconds, for starting and for ending


async def _said(process: Process) -> str:
    """The first line that is not empty."""
    assert process.stdout
    async with asyncio.timeout(LIMIT):
        while not (line := (await process.stdout.readline()).decode().strip()):
            assert not process.stdout.at_eof(), "it ended and said nothing"
    return line


async def test_the_playground_says_where_its_page_is_and_serves_it_until_it_is_told_to_end() -> None:
    command = (sys.executable, "-m", "bot", "playground", "--port", "0", "--campaigns", "50")
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=asyncio.subprocess.DEVNULL)
    try:
        async with asyncio.timeout(LIMIT):
            found = re.match(r"Open (http://127\.0\.0\.1:\d+\S*) and type", await _said(process))
            assert found
            async with aiohttp.ClientSession() as session, session.get(found[1]) as answer:
                is_built = (DIST / "index.html").is_file()
                assert answer.status == (200 if is_built else 503)
                assert ("<html" if is_built else "make play") in await answer.text()
            async with aiohttp.ClientSession() as session, session.get(f"{found[1].rstrip('/')}/page/events") as events:
                event = await events.content.readline()
                assert json.loads(event.removeprefix(b"data: "))["campaigns"]["count"] == 50
        process.terminate()
        async with asyncio.timeout(LIMIT):
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await asyncio.wait_for(process.wait(), LIMIT)
