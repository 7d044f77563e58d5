"""Tag messages and modals with their workspace, in the `block_id` that Slack sends back when a button is pressed.

This is for organizations that added the app as a whole. There the payload does not say where a button was pressed:
- `team` is null. `user.team_id` is the person's home workspace, or the organization. slackapi/deno-slack-runtime#65
  and slackapi/bolt-python#23 show such payloads; Slack's reference of block_suggestion says when it is the
  organization; Bolt, in slack_bolt/request/internals.py, then takes `user.team_id`.
- In a modal, `app_installed_team_id` may be another workspace (slackapi/bolt-python#1229).
- For an ephemeral message Slack sends no content, only the pressed element, with its `block_id` and `value`.
The tags can be trusted like Slack's own data: Slack signs its requests, and only this app gives its blocks their ids.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import cast

from blocks.kit import Block, Json, Message
from bot.slack.reply.payload import Payload, pressed, text

Address = tuple[str, str | None]  # a workspace's id, and its organization's id
_TAG = re.compile(r"of\.([A-Z0-9]+)\.([A-Z0-9]+)\.\S+")  # organization, workspace, block


def tagged(message: Message, address: Address) -> Message:
    """Return the message with tagged blocks.

    Outside an organization it stays the same, because there Slack names the workspace.
    """
    return replace(message, blocks=tagged_blocks(message.blocks, address)) if address[1] else message


def tagged_view(view: Block, address: Address) -> Payload:
    """Return the modal or App Home with tagged blocks."""
    blocks = cast("Sequence[Block]", view["blocks"])
    return {**view, "blocks": tagged_blocks(blocks, address)}


def tagged_blocks(blocks: Sequence[Block], address: Address, name: str = "") -> tuple[Block, ...]:
    """Return the blocks with a tag on those that can be pressed and have no `block_id`.

    `name` tells apart the blocks that come into one message from several sources. A form's fields have a `block_id`
    already. When an update gives a block the same tag again, Slack keeps the input in it. That does no harm: only
    fields hold input.
    """
    workspace, enterprise = address
    if not enterprise:
        return tuple(blocks)
    needing = {number for number, one in enumerate(blocks) if "block_id" not in one and _can_be_pressed(one)}
    mark = f"of.{enterprise}.{workspace}.{name}"
    return tuple({**one, "block_id": f"{mark}{at}"} if at in needing else one for at, one in enumerate(blocks))


def workspace_in(body: Payload, enterprise: str | None) -> str | None:
    """Return the workspace that a pressed button's tag names, if Slack does not name one.

    A tag counts only inside its organization. When a message has reached another organization, the app that is
    installed there answers.
    """
    if body.get("team") is not None or not enterprise:
        return None
    found = _TAG.fullmatch(text(pressed(body).get("block_id")))
    return found[2] if found and found[1] == enterprise else None


def _can_be_pressed(part: Json) -> bool:
    if isinstance(part, Mapping):
        return "action_id" in part or any(map(_can_be_pressed, part.values()))
    return isinstance(part, list | tuple) and any(map(_can_be_pressed, part))
