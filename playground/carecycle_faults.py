"""What can go wrong between the bot and careCycle: a row in the table and a small function for each fault."""

import asyncio
import contextlib
import gzip
import json
import socket
import struct
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

OTHER_CAMPAIGN: Final = "0dd0dd0d-0dd0-4dd0-8dd0-0dd0dd0dd0dd"
TOO_BIG: Final = 3 * 1024 * 1024
LARGE: Final = 5 * 1024 * 1024
_JSON: Final = "application/json"


@dataclass(frozen=True)
class Call:
    """One request, and what a fault may need to answer it."""

    request: web.Request
    ordinary: Callable[[], Awaitable[web.Response]]  # the answer there would be without the fault
    pause: Callable[[], Awaitable[None]]
    closing: asyncio.Event


Fault = Callable[[Call], Awaitable[web.StreamResponse]]


def _error(status: int, code: str, message: str, headers: Mapping[str, str] | None = None, **more: Any) -> Fault:
    async def answer(_: Call) -> web.StreamResponse:
        return web.json_response({"message": message, "code": code, **more}, status=status, headers=headers)

    return answer


def _body(content: bytes | str, content_type: str = _JSON, status: int = 200) -> Fault:
    data = content.encode() if isinstance(content, str) else content

    async def answer(_: Call) -> web.StreamResponse:
        return web.Response(body=data, content_type=content_type, status=status)

    return answer


def _limited(headers: Mapping[str, str] | None = None, **more: Any) -> Fault:
    return _error(429, "RATE_LIMIT_EXCEEDED", "Rate limit exceeded", headers, **more)


def retry_after(response: web.StreamResponse) -> float:
    """The seconds that a 429 asks to wait; 60 when it does not say."""
    text = response.text if isinstance(response, web.Response) else None
    return float(json.loads(text or "{}").get("retryAfter") or response.headers.get("retry-after") or 60)


async def _none(call: Call) -> web.StreamResponse:
    return await call.ordinary()


async def _slow(call: Call) -> web.StreamResponse:
    await call.pause()
    return await call.ordinary()


async def _hanging(call: Call) -> web.StreamResponse:
    # The transport going away is all that aiohttp tells a handler about a client that gave up.
    while call.request.transport and not call.closing.is_set():
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(call.closing.wait(), 0.02)
    return web.Response(status=499)


async def _reset(call: Call) -> web.StreamResponse:
    response, data = await _begun(call)
    await response.write(data[: len(data) // 2])
    if call.request.transport:
        # A linger time of nought makes the kernel send RST in place of FIN.
        linger = struct.pack("ii", 1, 0)
        call.request.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        call.request.transport.abort()
    return response


async def _truncated(call: Call) -> web.StreamResponse:
    response, data = await _begun(call)
    await response.write(data[: len(data) // 2])
    if call.request.transport:
        call.request.transport.close()
    return response


async def _cut_json(call: Call) -> web.StreamResponse:
    text = (await call.ordinary()).text or ""
    return web.Response(text=text[: len(text) // 2], content_type=_JSON)


async def _wrong_types(call: Call) -> web.StreamResponse:
    return await _changed(call, lambda one: {key: _mistyped(value) for key, value in one.items()} | {"id": one["id"]})


async def _wrong_shape(call: Call) -> web.StreamResponse:
    return web.json_response([json.loads((await call.ordinary()).text or "null")])


async def _other_campaign(call: Call) -> web.StreamResponse:
    return await _changed(call, lambda campaign: campaign | {"id": OTHER_CAMPAIGN})


async def _too_big(call: Call) -> web.StreamResponse:
    body = json.loads((await call.ordinary()).text or "null")
    for holder, key in [*_places(body)][:1]:
        holder[key] |= {"description": "x" * TOO_BIG}
    return web.json_response(body)


async def _large_list(call: Call) -> web.StreamResponse:
    body = json.loads((await call.ordinary()).text or "null")
    if items := body.get("items"):
        agents = LARGE // len(items) // len(json.dumps(_AGENT))
        config = {"type": "softphone", "routingConfig": {"routingType": "linear", "agents": [_AGENT] * agents}}
        body["items"] = [one | {"transferConfig": config} for one in items]
    return web.json_response(body)


async def _gzip_bomb(call: Call) -> web.StreamResponse:
    text = (await call.ordinary()).text or ""
    packed = gzip.compress(text.encode() + b" " * (8 * TOO_BIG))
    return web.Response(body=packed, content_type=_JSON, headers={"Content-Encoding": "gzip"})


async def _redirect_elsewhere(call: Call) -> web.StreamResponse:
    url = call.request.url.with_host("127.0.0.2")  # same port: a test can listen there and hear nothing
    return web.Response(status=302, headers={"Location": str(url)})


async def _redirect_same(call: Call) -> web.StreamResponse:
    if "r" in call.request.query:
        return await call.ordinary()
    return web.Response(status=307, headers={"Location": str(call.request.url.update_query(r="1"))})


_AGENT = {
    "id": "0c8a1f9e-4d6b-4f0e-9b43-2f7d5a1c8e60",
    "routingConfigId": "5f0b7c1d-8a2e-4c39-a6d4-1b9e3f7c2d80",
    "priority": 1,
    "weight": 1,
    "isActive": True,
    "skills": ["medicare", "spanish"],
    "lastCallAt": "2026-11-20T15:04:05.000Z",
    "member": {"id": "7d1e", "role": "agent", "user": {"name": "Dana Ruiz", "email": "dana@agency.example"}},
}
_BAD_ID = {
    "path": ["campaignId"],
    "message": "Invalid UUID",
    "expected": "uuid",
    "received": "string",
    "code": "invalid_format",
}
_GATEWAY = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
_SIGN_IN = "<!doctype html><html><body><form action='/login'>Please sign in</form></body></html>"

_TABLE: Final[Mapping[str, tuple[str, Fault]]] = {
    "none": ("No trouble", _none),
    "rate_limited": ("429, says when to come back", _limited(retryAfter=60)),
    "rate_limited_header": ("429 with a Retry-After header", _limited({"Retry-After": "30"})),
    "rate_limited_bare": ("429 without a time", _limited()),
    "server_error": ("500 as documented", _error(500, "INTERNAL_ERROR", "Internal server error")),
    "bad_gateway_html": ("502 with a web page", _body(_GATEWAY, "text/html", 502)),
    "slow": ("Answers late", _slow),
    "hanging": ("Never answers", _hanging),
    "reset": ("Connection reset half way", _reset),
    "truncated": ("Connection closed half way", _truncated),
    "cut_json": ("Half the JSON", _cut_json),
    "html": ("200 with a web page", _body(_SIGN_IN, "text/html")),
    "not_json_utf8": ("200 with bytes that are no text", _body(b'{"campaign": "\xff\xfe\x80\x00\xc3')),
    "empty": ("200 with nothing in it", _body(b"")),
    "wrong_types": ("Every field of the wrong type", _wrong_types),
    "wrong_shape": ("A list in place of an object", _wrong_shape),
    "other_campaign": ("Another campaign's id", _other_campaign),
    "too_big": ("An answer of 3 MB", _too_big),
    "large_list": ("Lists with all agents, 5 MB", _large_list),
    "gzip_bomb": ("A small answer that unpacks to 24 MB", _gzip_bomb),
    "unauthorized": ("401, key refused", _error(401, "UNAUTHORIZED", "Invalid or missing API key")),
    "forbidden": ("403, key lacks a permission", _error(403, "FORBIDDEN", "Insufficient permissions")),
    "not_found": ("404, no such campaign", _error(404, "NOT_FOUND", "Campaign not found")),
    "validation_error": (
        "422, id refused",
        _error(422, "VALIDATION_ERROR", "Validation failed", errors=[_BAD_ID]),
    ),
    "redirect_elsewhere": ("302 to another host", _redirect_elsewhere),
    "redirect_same": ("307 to the same host", _redirect_same),
}

FAULTS: Final[Mapping[str, str]] = {name: label for name, (label, _) in _TABLE.items()}


async def answer(name: str, call: Call) -> web.StreamResponse:
    """Answers `call` as the fault of this name does."""
    return await _TABLE[name][1](call)


async def _begun(call: Call) -> tuple[web.StreamResponse, bytes]:
    data = ((await call.ordinary()).text or "").encode()
    response = web.StreamResponse(headers={"Content-Type": _JSON, "Content-Length": str(len(data))})
    await response.prepare(call.request)
    return response, data


async def _changed(call: Call, change: Callable[[dict[str, Any]], dict[str, Any]]) -> web.StreamResponse:
    body = json.loads((await call.ordinary()).text or "null")
    for holder, key in _places(body):
        holder[key] = change(holder[key])
    return web.json_response(body)


def _places(body: dict[str, Any]) -> Iterator[tuple[Any, Any]]:
    """Where an answer holds a campaign: under `campaign`, or in the list's `items`."""
    if "campaign" in body:
        yield body, "campaign"
    yield from ((body["items"], index) for index in range(len(body.get("items", []))))


def _mistyped(value: Any) -> Any:
    match value:
        case dict() if any(isinstance(inner, dict | list) for inner in value.values()):
            return {key: _mistyped(inner) for key, inner in value.items()}
        case dict():
            return ", ".join(value)
        case list():
            return {str(index): _mistyped(inner) for index, inner in enumerate(value)}
        case str():
            return 42
        case None:
            return [None]
        case _:
            return "perhaps"
