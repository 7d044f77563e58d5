"""The stand-in's files: an address for each, the upload to it, and the message by which a conversation gets it."""

import json
import secrets
from dataclasses import dataclass

from aiohttp import web

from playground.slack.call import ApiError, Args, Call
from playground.slack.faults import SlackFaults
from playground.slack.workspace import BOT_ID, Json

_TYPE = "text/csv"


@dataclass
class File:
    """A file that was announced; `content` is None until it was uploaded."""

    id: str
    name: str
    length: int
    content: bytes | None = None
    is_shared: bool = False


class Files:
    """Takes files and hands them out. `base` is this server's own address, known once it runs."""

    def __init__(self, faults: SlackFaults) -> None:
        self.base = ""
        self.by_id: dict[str, File] = {}
        self._faults = faults
        self._uploads: dict[str, File] = {}

    def routes(self) -> list[web.RouteDef]:
        """Where files are uploaded, and where people save them."""
        return [web.post("/upload/{token}", self.take), web.get("/files/{id}/{name}", self.give)]

    def get_upload_url(self, call: Call) -> Args:
        """An address for a file of this name and length."""
        length = call.text("length")
        if not call.text("filename") or not length.isdecimal() or int(length) == 0:
            raise ApiError("invalid_arguments")
        file = File(call.workspace.new_id("F"), call.text("filename"), int(length))
        token = secrets.token_urlsafe(12)
        self.by_id[file.id] = self._uploads[token] = file
        return {"upload_url": f"{self.base}/upload/{token}", "file_id": file.id}

    async def take(self, request: web.Request) -> web.Response:
        """The upload itself, which takes no token of Slack's."""
        if self._faults.strikes("upload_down"):
            return web.Response(status=500, text="internal_error")
        file, content = self._uploads.get(request.match_info["token"]), await request.read()
        if file is None or len(content) != file.length:
            return web.Response(status=404 if file is None else 400)
        file.content = content
        return web.Response(text=f"OK - {len(content)}")

    def complete(self, call: Call) -> Args:
        """Shares uploaded files in a conversation. A person's id is none: Slack finds no channel of that name."""
        named: list[Json] = json.loads(call.text("files") or "[]")
        files = [self.by_id.get(str(one.get("id"))) for one in named]
        if not files or any(file is None or file.content is None or file.is_shared for file in files):
            raise ApiError("file_not_found")
        if call.args.get("channel_id"):
            channel = Call(call.workspace, call.grant, {"channel": call.args["channel_id"]}).readable()
            if not channel.bot_is_member:
                raise ApiError("not_in_channel")
            shown = [self._shown(file) for file in files if file]
            call.workspace.post(channel.id, BOT_ID, call.text("initial_comment"), files=shown)
        for file in files:
            if file:
                file.is_shared = True
        return {"files": [{"id": one["id"], "title": one.get("title")} for one in named]}

    async def give(self, request: web.Request) -> web.Response:
        """A file, as a browser saves it."""
        file = self.by_id.get(request.match_info["id"])
        if file is None or file.content is None:
            return web.Response(status=404)
        headers = {"content-type": _TYPE, "content-disposition": "attachment"}
        return web.Response(body=file.content, headers=headers)

    def _shown(self, file: File) -> Json:
        return {"id": file.id, "name": file.name, "size": file.length, "mimetype": _TYPE}
