"""What the Web API does in place of an answer, or after one, while a fault is switched on."""

import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from playground.slack.call import ApiError
from playground.slack.faults import SlackFaults
from playground.slack.rules import NEW_BLOCKS

_FILE = "files.completeUploadExternal"
_LIMITED = {"ok": False, "error": "ratelimited"}
_WITH_BLOCKS = frozenset({"chat.postMessage", "chat.postEphemeral", "chat.update"})


def before(faults: SlackFaults, name: str, args: Mapping[str, Any]) -> web.Response | None:
    """The answer of a call that does not get as far as its method. Raises ApiError where Slack refuses it."""
    posting = name == "chat.postMessage"
    if faults.strikes("web_api_down"):
        return web.Response(status=500, text="internal_error")
    if faults.strikes("web_api_limited") or (posting and faults.strikes("messages_limited")):
        return web.json_response(_LIMITED, status=429, headers={"Retry-After": str(faults.retry_after)})
    if name == "users.list" and faults.strikes("people_hidden"):
        raise ApiError("internal_error")
    if posting and str(args.get("channel")).startswith("C") and faults.strikes("posting_refused"):
        raise ApiError(faults.word)
    if name in _WITH_BLOCKS and _is_new(args) and faults.strikes("new_blocks_refused"):
        raise ApiError("invalid_blocks")
    if name == _FILE and faults.strikes("files_refused"):
        raise ApiError("file_uploads_disabled")
    return None


def after(faults: SlackFaults, name: str, args: Mapping[str, Any], request: web.Request) -> web.Response | None:
    """What becomes of the answer to a message that was accepted: the bot cannot know that it was."""
    if name == _FILE and faults.strikes("file_answer_lost"):
        return _hung_up(request)
    if name != "chat.postMessage" or (faults.event and _event(args) != faults.event):
        return None
    if faults.strikes("answer_is_500"):
        return web.Response(status=500, text="internal_error")
    if faults.strikes("answer_lost"):
        return _hung_up(request)
    return None


def _event(args: Mapping[str, Any]) -> str:
    given = args.get("metadata") or {}
    return str((json.loads(given) if isinstance(given, str) else given).get("event_type", ""))


def _hung_up(request: web.Request) -> web.Response:
    if request.transport:
        request.transport.abort()
    return web.Response(status=500)  # nobody hears it any more


def _is_new(args: Mapping[str, Any]) -> bool:
    blocks = args.get("blocks") or []
    return any(isinstance(block, dict) and block.get("type") in NEW_BLOCKS for block in blocks)
