"""The door itself: signatures, sizes, health, and what happens when the bot is told to stop."""

import asyncio
import json
import os
import signal
import sys
from io import BytesIO
from pathlib import Path
from urllib.parse import urlencode

import aiohttp
import pytest

from bot.slack.http.limits import Limits
from playground.carecycle import PLAYGROUND_KEY, CareCycle
from playground.slack.slack import SIGNING_SECRET
from playground.slack.web_api import BOT_TOKEN
from playground.world import World
from tests.conftest import AEP, MakeWorld
from tests.drivers.command_line import line_with, rest_of
from tests.drivers.ports import free_port
from tests.plugins import machine_clock

BODY = urlencode({"command": "/campaign", "text": "help", "team_id": "T1", "user_id": "U1", "response_url": "x"})


async def _post(here: World, body: str, headers: dict[str, str]) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session:
        async with session.post(str(here.slack.deliveries.url), data=BytesIO(body.encode()), headers=headers) as answer:
            return answer.status, await answer.text()


async def test_a_signed_request_is_answered(here: World) -> None:
    status, text = await _post(here, BODY, here.slack.deliveries.headers(BODY))
    assert (status, json.loads(text)["response_type"]) == (200, "ephemeral")


@pytest.mark.parametrize("wrong", ["no signature", "another body", "another secret", "six minutes old"])
async def test_a_request_that_is_not_slacks_is_refused(here: World, wrong: str) -> None:
    headers = here.slack.deliveries.headers(BODY)
    if wrong == "no signature":
        del headers["x-slack-signature"]
    elif wrong == "another body":
        headers = here.slack.deliveries.headers(BODY + "x")
    elif wrong == "another secret":
        headers["x-slack-signature"] = "v0=" + "0" * 64
    else:
        here.slack.deliveries._now = lambda: machine_clock.seconds() - 360
        headers = here.slack.deliveries.headers(BODY)
    status, text = await _post(here, BODY, headers)
    assert (status, "blocks" in text) == (401, False)


async def test_slacks_certificate_check_opens_no_way_around_the_signature(here: World) -> None:
    status, text = await _post(here, f"ssl_check=1&{BODY}", {"content-type": "application/x-www-form-urlencoded"})
    assert (status, text) == (200, "")


async def test_a_body_larger_than_slack_sends_is_refused(here: World) -> None:
    body = "x" * (Limits().body + 1)
    status, _ = await _post(here, body, here.slack.deliveries.headers(body))
    assert status == 413


async def test_a_request_for_nobody_is_answered_and_what_was_in_it_is_not_logged(
    log_lines: list[dict[str, object]], here: World
) -> None:
    body = BODY.replace("%2Fcampaign", "%2Fother").replace("help", "Mrs+Smith")
    assert (await _post(here, body, here.slack.deliveries.headers(body)))[0] == 200
    lines = [json.dumps(line) for line in log_lines]
    assert any("nobody listens" in line for line in lines)
    assert not any("Smith" in line for line in lines)


@pytest.mark.parametrize("broken", ["no UTF-8", "no such charset", "no JSON", "JSON of another kind"])
async def test_what_cannot_be_read_is_refused_without_a_bug(
    log_lines: list[dict[str, object]], here: World, broken: str
) -> None:
    body = {"no UTF-8": b"text=\xff\xfe", "no JSON": b"payload={", "JSON of another kind": b"payload=[1]"}.get(
        broken, b"a=b"
    )
    kind = "application/x-www-form-urlencoded" + ("; charset=nope" if broken == "no such charset" else "")
    async with aiohttp.ClientSession() as session:
        headers = {"content-type": kind}
        async with session.post(str(here.slack.deliveries.url), data=BytesIO(body), headers=headers) as answer:
            assert answer.status in (400, 401)
    assert not [line for line in log_lines if line["event"] == "bug" or "Traceback" in json.dumps(line)]


async def test_health_is_answered_without_a_signature(here: World) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.get(str(here.slack.deliveries.url).replace("/slack/events", "/healthz")) as answer:
            assert (answer.status, await answer.text()) == (200, "ok")


async def test_without_a_signing_secret_there_is_no_door_for_events(make_world: MakeWorld) -> None:
    here = await make_world(socket_mode=True, slack_signing_secret=None)
    assert (await _post(here, BODY, {}))[0] == 404


async def test_a_response_url_on_another_host_is_not_followed(here: World) -> None:
    called = asyncio.Event()

    async def other(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        called.set()
        writer.close()

    server = await asyncio.start_server(other, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        body = json.dumps(
            {
                "type": "block_actions",
                "team": {"id": "T01SUNRISE"},
                "user": {"id": "U01OWNER"},
                "response_url": f"http://127.0.0.1:{port}/steal",
                "container": {"channel_id": "C1", "message_ts": "1"},
                "actions": [{"action_id": "campaign.open", "block_id": "b", "type": "button", "value": AEP}],
            }
        )
        form = urlencode({"payload": body})
        assert (await _post(here, form, here.slack.deliveries.headers(form)))[0] == 200
        await here.bot.tasks.drain(5)
    assert not called.is_set()


async def test_a_stop_finishes_what_was_acknowledged(make_world: MakeWorld, tmp_path: Path) -> None:
    """A real process: the command is acked empty, then SIGTERM comes, and the card still arrives."""
    carecycle = CareCycle(slow_seconds=1.5)
    carecycle.fault = "slow"
    here = await make_world(carecycle=carecycle)
    port = free_port()
    settings = {
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "SLACK_API_URL": f"{here.page}/api/",
        "CARECYCLE_API_KEY": PLAYGROUND_KEY,
        "CARECYCLE_BASE_URL": await _address(here),
        "REPLY_WITHIN": "0.2",
        "PORT": str(port),
        "DATA_DIR": str(tmp_path),
    }
    command = (sys.executable, "-m", "bot", "serve")
    process = await asyncio.create_subprocess_exec(
        *command, env={**os.environ, **settings}, stderr=asyncio.subprocess.PIPE
    )
    await line_with(b"ready", process.stderr)
    here.slack.deliveries.url = f"http://127.0.0.1:{port}/slack/events"
    await here.slack.say(f"/campaign {AEP}")
    assert here.slack.workspace.messages == []
    process.send_signal(signal.SIGTERM)
    await here.slack.workspace.until(lambda: bool(here.slack.workspace.messages))
    assert here.slack.workspace.messages[0].text.startswith("AEP Outreach 2026")
    _, rest = await rest_of(process)
    assert process.returncode == 0, rest.decode()


async def _address(here: World) -> str:
    """Where the stand-in for careCycle listens: as the bot of this world knows it."""
    carecycle = (await here.bot.workspaces.of("T01SUNRISE")).carecycle
    return str(carecycle._http._base_url)
