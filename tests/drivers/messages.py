"""Write messages and mentions, and use a message's menu, as people do."""

from typing import Any

from playground.slack import events, payloads
from playground.slack.workspace import BOT_ID, Message
from playground.world import World
from tests.drivers.slash_command import finished

Json = dict[str, Any]
PUBLIC, MEMBER_OF, PARTNER = "C01AEP", "C02STANDUP", "C03PARTNER"  # the bot is a member of the second alone
NOT_ONE = "Lunch at noon?"


def rich(*texts: str) -> list[Json]:
    """Return a message's blocks: one line of these texts, every second one bold."""
    bold: list[Json] = [{}, {"style": {"bold": True}}]
    elements = [{"type": "text", "text": text, **bold[index % 2]} for index, text in enumerate(texts)]
    return [{"type": "rich_text", "block_id": "b1", "elements": [{"type": "rich_text_section", "elements": elements}]}]


async def use_shortcut(
    here: World, text: str = "", *, user: str = "U01OWNER", channel: str = PUBLIC, **more: Any
) -> list[Message]:
    """Choose *Show campaigns* in the menu of a message with this text. Return every new message this person can see.

    `more` is what else the message holds, such as `blocks` or `thread_ts`.
    """
    workspace = here.slack.workspace_of(channel)
    grant, person = here.slack.tokens.installed(workspace), workspace.person(user)
    assert grant
    assert person
    asked = workspace.post(channel, "U02ADMIN", text, thread_ts=more.get("thread_ts"))
    ids = here.slack.ids(workspace, user, channel)
    payload = payloads.message_shortcut(workspace, grant, person, asked, ids)
    payload["message"] |= more
    before = len(workspace.messages)
    await here.slack.deliveries.deliver("message shortcut", "interactive", payload)
    await finished(here)
    return [one for one in workspace.messages[before:] if one.ephemeral_for in (None, user)]


def mention(here: World, text: str, *, user: str = "U01OWNER", channel: str = MEMBER_OF, **more: Any) -> Json:
    """Return Slack's event for `@careCycle TEXT`. `more` is what else the message holds."""
    workspace = here.slack.workspace_of(channel)
    grant = here.slack.tokens.installed(workspace)
    assert grant
    posted = workspace.post(channel, user, f"<@{BOT_ID}> {text}", thread_ts=more.get("thread_ts"))
    payload = events.app_mention(workspace, grant, posted)
    elements = [{"type": "user", "user_id": BOT_ID}, {"type": "text", "text": f" {text}"}]
    line = {"type": "rich_text_section", "elements": elements}
    payload["event"] |= {"blocks": [{"type": "rich_text", "block_id": "b1", "elements": [line]}], **more}
    return payload


async def tell(here: World, payload: Json, *, times: int = 1) -> list[Message]:
    """Deliver an event `times` times, and return every new message in the channel's workspace."""
    messages = here.slack.workspace_of(payload["event"]["channel"]).messages
    before = len(messages)
    for _ in range(times):
        ack = await here.slack.deliver_event(payload)
        assert ack.error is None
    await finished(here)
    return messages[before:]


async def mentioned(here: World, text: str, **more: Any) -> Message:
    """Mention the app, and return its one answer."""
    (answer,) = await tell(here, mention(here, text, **more))
    return answer
