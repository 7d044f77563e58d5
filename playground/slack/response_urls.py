"""The stand-in's response_urls: five uses in thirty minutes, private unless told otherwise."""

import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from playground.slack.faults import SlackFaults
from playground.slack.rules import refusals
from playground.slack.workspace import BOT_ID, SlackWorkspace

USES, SECONDS = 5, 30 * 60
Body = dict[str, Any]  # Any: Slack's JSON


@dataclass
class Use:
    """One response_url: where it leads, and what is left of it. `ts`: the message whose button was pressed."""

    workspace: SlackWorkspace
    channel: str
    user: str
    made: float
    ts: str | None = None
    left: int = USES
    began: float = field(default_factory=time.perf_counter)
    answers: list[float] = field(default_factory=list)  # seconds until each, in the ack or here


WAIT = 5.0  # seconds; nobody waits longer for an answer to a command


class ResponseUrls:
    """Makes them and answers them. `base` is this server's own address, known once it runs."""

    def __init__(self, faults: SlackFaults) -> None:
        self.base = ""
        self.received: list[Body] = []
        self._faults = faults
        self._uses: dict[str, Use] = {}
        self.commands: list[Use] = []  # of every typed command, in turn

    def new(self, workspace: SlackWorkspace, channel: str, user: str, ts: str | None = None) -> str:
        """A response_url for one interaction."""
        token = secrets.token_urlsafe(12)
        self._uses[token] = Use(workspace, channel, user, workspace.stopwatch(), ts)
        return f"{self.base}/response/{token}"

    def of(self, url: str) -> Use:
        """What was made with this address. Raises LookupError."""
        return self._uses[url.rpartition("/")[2]]

    def of_command(self, url: str) -> Use:
        """What was made for a typed command: its answers are recorded."""
        use = self.of(url)
        self.commands.append(use)
        return use

    async def answer(self, request: web.Request) -> web.Response:
        """One POST to a response_url."""
        if self._faults.strikes("response_url_down"):
            return web.Response(status=500, text="internal_error")
        use, body = self._uses.get(request.match_info["token"]), await request.json()
        if use is None:
            return web.Response(status=404, text="expired_url")
        if problem := self._problem(use):
            return web.Response(status=404, text=problem)
        self.received.append(body)
        if problem := self.refusal(body):
            use.workspace.refusals.append(problem)
            return web.Response(status=400, text="invalid_blocks")
        use.left -= 1
        self.take(use, body)
        return web.json_response({"ok": True})

    def take(self, use: Use, body: Body) -> None:
        """Shows `body` where it says: in place, for everybody, or for this person only."""
        workspace = use.workspace
        use.answers.append(time.perf_counter() - use.began)
        original = workspace.find(use.channel, use.ts) if use.ts else None
        if original and body.get("delete_original"):
            workspace.messages.remove(original)
        elif original and body.get("replace_original"):
            original.text, original.edited = body.get("text", ""), original.ephemeral_for is None
            original.blocks = workspace.named(body.get("blocks", []))
        elif body.get("text") or body.get("blocks"):
            only = None if body.get("response_type") == "in_channel" else use.user
            blocks, thread = body.get("blocks", []), body.get("thread_ts")
            workspace.post(
                use.channel, BOT_ID, body.get("text", ""), blocks=blocks, ephemeral_for=only, thread_ts=thread
            )
        workspace.touch()

    @staticmethod
    def refusal(body: Body) -> str | None:
        """Why Slack would not take this body."""
        found = refusals(body["blocks"], "message") if "blocks" in body else []
        return "; ".join(found) or None

    def _problem(self, use: Use) -> str | None:
        if use.workspace.stopwatch() - use.made > SECONDS or self._faults.strikes("response_url_gone"):
            return "expired_url"
        return None if use.left else "used_url"
