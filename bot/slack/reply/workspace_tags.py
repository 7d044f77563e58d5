"""Which workspace a message or a window was made for, in what Slack hands back with every press: the `block_id`.

Needed in an organization that has added the app as a whole. There a press says nothing of where it happened:
- `team` is null, and `user.team_id` is the home of who presses, or the organization (slackapi/deno-slack-runtime#65 and
  slackapi/bolt-python#23 show such payloads; Slack's reference of block_suggestion says when it is the organization;
  Bolt, in slack_bolt/request/internals.py, then takes `user.team_id`);
- in a window `app_installed_team_id` may be another workspace (slackapi/bolt-python#1229);
- of an ephemeral message Slack sends no content, only what was pressed, with its `block_id` and `value`.
Slack signs what it sends, and nobody but this app gives its blocks their ids, so they are as good as Slack's word.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import cast

from blocks.kit import Block, Json, Message
from bot.slack.reply.payload import Payload

Address = tuple[str, str | None]  # of a workspace: its id, and its organization's
_MARK = re.compile(r"of\.([A-Z0-9]+)\.([A-Z0-9]+)\.\S+")  # the organization, the workspace, which block it is


def marked(message: Message, address: Address) -> Message:
    """The message as it leaves; of no organization, it is the same: there Slack names the workspace."""
    return replace(message, blocks=marked_blocks(message.blocks, address)) if address[1] else message


def marked_view(view: Block, address: Address) -> Payload:
    """The same of a window or an App Home."""
    blocks = cast("Sequence[Block]", view["blocks"])
    return {**view, "blocks": marked_blocks(blocks, address)}


def marked_blocks(blocks: Sequence[Block], address: Address, name: str = "") -> tuple[Block, ...]:
    """The same of blocks; `name` tells those apart that come into one message from several places.

    Fields keep the names by which a form is read; what cannot be pressed needs no mark. What is updated keeps its own:
    with it would stay what was typed or chosen there, and that is in fields alone.
    """
    workspace, enterprise = address
    if not enterprise:
        return tuple(blocks)
    needing = {number for number, one in enumerate(blocks) if "block_id" not in one and _can_be_pressed(one)}
    mark = f"of.{enterprise}.{workspace}.{name}"
    return tuple({**one, "block_id": f"{mark}{at}"} if at in needing else one for at, one in enumerate(blocks))


def workspace_in(body: Payload, enterprise: str | None) -> str | None:
    """Where something was pressed, if Slack does not say it.

    Believed inside the organization alone: with a message that reached another one, that one's own app is asked.
    """
    if body.get("team") is not None or not enterprise:
        return None
    pressed: Payload = next(iter(body.get("actions") or ()), {})
    found = _MARK.fullmatch(str(pressed.get("block_id") or ""))
    return found[2] if found and found[1] == enterprise else None


def _can_be_pressed(part: Json) -> bool:
    if isinstance(part, Mapping):
        return "action_id" in part or any(map(_can_be_pressed, part.values()))
    return isinstance(part, list | tuple) and any(map(_can_be_pressed, part))
