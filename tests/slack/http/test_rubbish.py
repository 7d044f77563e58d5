"""What strangers send is refused with 401 or 400, whatever it is: no traceback, and few lines in the log."""

import json
import time
from typing import Any

import pytest

from playground.world import World
from tests.conftest import AEP
from tests.drivers.raw_http import FORM, client, post, say, signature, signed
from tests.plugins import machine_clock

BODY = b"command=%2Fcampaign&text=help&team_id=T01SUNRISE&user_id=U01OWNER&response_url=x"
STRANGERS = "v0=" + "0" * 64  # a signature of another secret
NOT_HTTP = {
    "TLS": bytes.fromhex("1603010200010001fc0303") + bytes(range(200)),
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(50),
    "no request line": b"hello\r\n\r\n",
    "a version of its own": b"GET / HTTP/9.9\r\n\r\n",
    "a header without a colon": b"GET /healthz HTTP/1.1\r\nhost: x\r\nsecret\r\n\r\n",
    "a long header": b"GET /healthz HTTP/1.1\r\nx: " + b"x" * 9_000 + b"\r\n\r\n",
    "many headers": b"GET /healthz HTTP/1.1\r\n" + b"".join(b"x%d: x\r\n" % n for n in range(500)) + b"\r\n",
    "two lengths": b"POST /slack/events HTTP/1.1\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n",
    "a negative length": b"POST /slack/events HTTP/1.1\r\ncontent-length: -5\r\n\r\n",
    "bytes": bytes(range(256)) * 4,
}


def unsigned() -> dict[str, dict[str, str]]:
    """Return headers that are not Slack's. They are of this moment: a timestamp of minutes ago is refused unread."""
    well_formed = {"x-slack-request-timestamp": str(int(machine_clock.seconds())), "x-slack-signature": STRANGERS}
    return {
        "nothing": {},
        "no timestamp": {"x-slack-signature": STRANGERS},
        "a signature with an é": well_formed | {"x-slack-signature": "v0=é" + "0" * 63},
        "a signature in Latin-1": well_formed | {"x-slack-signature": "v0=\udce9" + "0" * 63},
        "a signature of another version": well_formed | {"x-slack-signature": "v1=" + "0" * 64},
        "a timestamp of 5,000 digits": well_formed | {"x-slack-request-timestamp": "9" * 5_000},
        "a timestamp in other digits": well_formed | {"x-slack-request-timestamp": "١" * 10},
        "a negative timestamp": well_formed | {"x-slack-request-timestamp": "-5"},
        "another secret": well_formed,
    }


def faults(log_lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the lines that hold a traceback, or tell of a mistake of this app."""
    return [line for line in log_lines if line["event"] == "bug" or "Traceback" in json.dumps(line)]


@pytest.mark.parametrize("what", unsigned())
@pytest.mark.parametrize("body", [BODY, b"text=\xff\xfe", b""], ids=["a command", "no UTF-8", "empty"])
async def test_what_has_no_signature_of_slacks_is_a_401(
    log_lines: list[dict[str, Any]], here: World, what: str, body: bytes
) -> None:
    request = post(body, {}).replace(
        b"\r\n\r\n",
        "".join(f"\r\n{name}: {value}" for name, value in unsigned()[what].items()).encode("utf-8", "surrogateescape")
        + b"\r\n\r\n",
        1,
    )
    answer = await say(here, request)
    assert answer.startswith(b"HTTP/1.1 401 ")
    assert faults(log_lines) == []
    (line,) = [line for line in log_lines if line["level"] == "warning"]
    assert line["event"] == "not from Slack"
    assert (line["reason"] == "wrong signature") is (what == "another secret")


@pytest.mark.parametrize("length", [1_025, 10_000_000])
async def test_its_body_is_not_waited_for(here: World, length: int) -> None:
    assert (await say(here, post(b"", {}, length=length))).startswith(b"HTTP/1.1 401 ")
    chunked = post(b"", {"transfer-encoding": "chunked"}).replace(b"content-length: 0\r\n", b"")
    assert (await say(here, chunked)).startswith(b"HTTP/1.1 401 ")


@pytest.mark.parametrize("what", NOT_HTTP)
async def test_what_is_not_http_gets_an_empty_400_or_nothing(
    log_lines: list[dict[str, Any]], here: World, what: str
) -> None:
    answer = await say(here, NOT_HTTP[what])
    assert answer == b"" or answer.startswith((b"HTTP/1.0 400 ", b"HTTP/1.1 400 "))
    assert answer == b"" or answer.endswith(b"\r\n\r\n")
    assert faults(log_lines) == []
    assert {line["event"] for line in log_lines if line["level"] == "warning"} <= {"not HTTP", "headers too large"}


async def test_three_hundred_of_them_are_few_lines(log_lines: list[dict[str, Any]], here: World) -> None:
    began = time.monotonic()
    for n in range(300):
        await say(here, NOT_HTTP["TLS"] if n % 3 else post(BODY, unsigned()["another secret"]))
    lines = [line for line in log_lines if line["level"] == "warning"]
    assert len(lines) <= 2 * (2 + time.monotonic() - began)
    assert len(lines) + sum(line.get("left_out", 0) for line in lines) <= 300
    assert faults(log_lines) == []


async def test_a_client_that_hangs_up_in_a_body_leaves_no_traceback(
    log_lines: list[dict[str, Any]], here: World
) -> None:
    for cut in (b"", BODY[:10], BODY * 9):
        async with client(here) as one:
            one.send(post(cut, signature(b"x"), length=100_000))
            await one.writer.drain()
    chunked = post(b"", {**signature(b"x"), "transfer-encoding": "chunked"}).replace(b"content-length: 0\r\n", b"")
    await say(here, chunked + b"5\r\nhello\r\nrubbish\r\n")
    assert (await say(here, post(BODY, {}))).startswith(b"HTTP/1.1 401 ")
    assert faults(log_lines) == []


SIGNED = {
    "no UTF-8": (b"text=\xff\xfe", FORM),
    "no JSON": (b"payload={", FORM),
    "JSON that is a list": (b"payload=[1]", FORM),
    "JSON that is a number": (b"7", "application/json"),
    "JSON that is null": (b"null", "application/json"),
    "JSON nested deep": (b"[" * 100_000, "application/json"),
    "objects nested deep": (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, "application/json"),
    "no payload": (b"payloads=1", FORM),
    "nothing": (b"", FORM),
    "another charset": (BODY, f"{FORM}; charset=punycode"),
    "a team that is a number": (b'{"type":"event_callback","team_id":5,"event":{"type":"app_mention"}}', "text/plain"),
    "a user that is a list": (b'payload={"type":"block_actions","user":[],"actions":[{}]}', FORM),
    "no user": (b'payload={"type":"block_actions","actions":[{"action_id":"campaign.open"}]}', FORM),
    "no actions": (b'payload={"type":"block_actions","user":{"id":"U01OWNER"}}', FORM),
    "an event without an event": (b'{"type":"event_callback","team_id":"T01SUNRISE"}', "application/json"),
    "a command without a user": (b"command=%2Fcampaign&text=help&team_id=T01SUNRISE", FORM),
    "a NUL, which PostgreSQL cannot hold": (BODY.replace(b"T01SUNRISE", b"T%00"), FORM),
    "a lone surrogate": (b'{"type":"event_callback","team_id":"\\ud800","event":{"type":"\\udfff"}}', "text/plain"),
}


@pytest.mark.parametrize("what", SIGNED)
async def test_what_slack_signed_and_nobody_can_read_is_a_200_and_a_line(
    log_lines: list[dict[str, Any]], here: World, what: str
) -> None:
    async with client(here) as one:
        one.send(signed(*SIGNED[what]))
        answer = await one.answer()
    assert answer.startswith(b"HTTP/1.1 200 "), answer
    assert faults(log_lines) == []
    lines = [line for line in log_lines if line["level"] != "debug"]
    assert len(lines) == 1, lines


@pytest.mark.parametrize("more", [b"", b"&" + BODY, b"&payload=%7B%22type%22%3A%22block_actions%22%7D"])
@pytest.mark.parametrize("by", ["nobody", "a stranger", "Slack"])
async def test_the_check_of_the_certificate_is_a_200_and_nothing_goes_on(
    log_lines: list[dict[str, Any]], here: World, by: str, more: bytes
) -> None:
    body = b"ssl_check=1&token=x" + more
    headers = {"nobody": {}, "a stranger": unsigned()["another secret"], "Slack": signature(body)}[by]
    async with client(here) as one:
        one.send(post(body, headers))
        answer = await one.answer()
    # With two headers that may be Slack's, it is Slack's signature that counts.
    assert answer.startswith(b"HTTP/1.1 401 " if by == "a stranger" else b"HTTP/1.1 200 ")
    assert answer.endswith(b"\r\n\r\n")
    assert {line["event"] for line in log_lines if line["level"] != "debug"} <= {"not from Slack"}


async def test_a_large_check_of_the_certificate_is_none(here: World) -> None:
    assert (await say(here, post(b"ssl_check=1&x=" + b"x" * 1_024, {}))).startswith(b"HTTP/1.1 401 ")
    unfinished = b"ssl_check=1&" + BODY
    assert (await say(here, post(unfinished, {}, kind="application/json"))).startswith(b"HTTP/1.1 401 ")


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        (b"GET /healthz", 200),
        (b"GET /readyz", 200),
        (b"GET /metrics", 200),
        (b"POST /slack/events", 401),
        (b"GET /nowhere", 404),
        (b"GET /%00%ff", 404),
        (b"DELETE /healthz", 405),
        (b"GET /slack/events", 405),
        (b"POST /healthz", 405),
        (b"GET http://elsewhere/", 404),
    ],
)
async def test_no_answer_names_the_software(
    log_lines: list[dict[str, Any]], here: World, request_line: bytes, status: int
) -> None:
    answer = await say(here, request_line + b" HTTP/1.1\r\nhost: bot\r\nconnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 %d " % status)
    assert b"\r\nServer: http\r\n" in answer
    assert not any(name in answer.lower().partition(b"\r\n\r\n")[0] for name in (b"aiohttp", b"python"))
    assert status < 400 or answer.endswith(b"\r\n\r\n")
    assert faults(log_lines) == []


async def test_an_expectation_nobody_knows_is_not_repeated(here: World) -> None:
    answer = await say(here, b"GET /healthz HTTP/1.1\r\nhost: x\r\nexpect: <secret>\r\nconnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 417 ")
    assert b"secret" not in answer


async def test_a_signature_is_taken_as_slack_makes_it(here: World) -> None:
    async with client(here) as one:
        one.send(signed(BODY))
        assert (await one.answer()).startswith(b"HTTP/1.1 200 ")
        one.send(signed(BODY.replace(b"help", AEP.encode())))  # the connection is kept
        assert b"AEP Outreach" in await one.answer()
