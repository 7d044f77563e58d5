"""One call of the Web API as a method sees it."""

from dataclasses import dataclass
from typing import Any

from playground.slack.rules import refusals
from playground.slack.tokens import Grant
from playground.slack.workspace import Blocks, Conversation, SlackWorkspace

Args = dict[str, Any]  # Any: Slack's JSON


class ApiError(Exception):
    """An answer of `ok: false`; the text is Slack's name for the reason."""


@dataclass(frozen=True)
class Call:
    """What was called for, in which workspace, and by which token's right."""

    workspace: SlackWorkspace
    grant: Grant
    args: Args

    def text(self, name: str) -> str:
        """An argument; empty when it is not there."""
        return str(self.args.get(name) or "")

    def blocks(self) -> Blocks:
        """The blocks of a message. Raises ApiError when Slack would refuse them."""
        blocks: Blocks = self.args.get("blocks") or []
        if refusals(blocks, "message"):
            raise ApiError("invalid_blocks")
        if not blocks and not self.args.get("text"):
            raise ApiError("no_text")
        return blocks

    def flag(self, name: str) -> bool:
        """A yes or no: true in JSON, `1` or `true` in a form or query."""
        return str(self.args.get(name) or "").lower() in ("1", "true")

    def metadata(self) -> Args | None:
        """What a message hides. Raises ApiError when it is not of Slack's form."""
        given = self.args.get("metadata")
        if given is None:
            return None
        named = isinstance(given, dict) and isinstance(given.get("event_type"), str) and given["event_type"]
        if not named or not isinstance(given.get("event_payload"), dict):
            raise ApiError("invalid_metadata_format")
        return dict(given)

    def readable(self) -> Conversation:
        """The conversation of the call. What is private does not exist for those who are not in it."""
        channel = self.workspace.channels.get(self.text("channel"))
        if channel is None or ((channel.is_private or channel.kind == "im") and not channel.bot_is_member):
            raise ApiError("channel_not_found")
        return channel

    def writable(self) -> Conversation:
        """Where the call may post: a person's id means the direct message with that person."""
        if person := self.workspace.people.get(self.text("channel")):
            if person.deleted:
                raise ApiError("channel_not_found")
            return self.workspace.direct_message(person.id)
        channel = self.readable()
        if channel.is_archived:
            raise ApiError("is_archived")
        if not channel.bot_is_member and "chat:write.public" not in self.grant.scopes:
            raise ApiError("not_in_channel")
        if channel.refuses:
            raise ApiError(channel.refuses)
        return channel
