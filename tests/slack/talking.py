"""Messages that people write, what they do with them, and mentions: delivered as Slack delivers them."""

from typing import Any

from asking import finished

from playground.slack.workspace import BOT_ID, Message
from playground.world import World

Json = dict[str, Any]
PUBLIC, MEMBER_OF, PARTNER = "C01AEP", "C02STANDUP", "C03PARTNER"  # the bot is a member of the second alone
NOT_ONE = "Lunch at noon?"


def rich(*texts: str) -> list[Json]:
    """A message's blocks: one line of these texts, every second one bold."""
    bold: list[Json] = [{}, {"style": {"bold": True}}]
    elements = [{"type": "text", "text": text, **bold[index % 2]} for index, text in enumerate(texts)]
    return [{"type": "rich_text", "block_id": "b1", "elements": [{"type": "rich_text_section", "elements": elements}]}]


async def use_shortcut(
    here: World,
    text: str = "",
    *,
    user: str = "U01OWNER",
    channel: str = PUBLIC,
    wait: bool = True,
    **more: Any,
) -> list[Message]:
    """*Show campaigns* in the menu of a message with this text; every message it made visible to that person.

    `more` is what else the message holds, such as `blocks` or `thread_ts`.
    """
    workspace = here.slack.workspace_of(channel)
    asked = workspace.post(channel, "U02ADMIN", text, thread_ts=more.get("thread_ts"))
    message = {"type": "message", "user": "U02ADMIN", "ts": asked.ts, "team": workspace.team_id, "text": text, **more}
    before = len(workspace.messages)
    await here.slack.deliveries.deliver("show_campaigns", "interactive", shortcut(here, message, user, channel))
    if wait:
        await finished(here)
    return [one for one in workspace.messages[before:] if one.ephemeral_for in (None, user)]


def shortcut(here: World, message: Json, user: str, channel: str) -> Json:
    """The payload of it."""
    workspace = here.slack.workspace_of(channel)
    person = workspace.person(user)
    assert person
    return {
        "type": "message_action",
        "token": "deprecated",
        "action_ts": "1764000000.000100",
        "team": {"id": workspace.team_id, "domain": workspace.domain},
        "user": {"id": user, "username": person.name, "team_id": person.team_id, "name": person.name},
        "channel": {"id": channel, "name": workspace.channels[channel].name},
        "is_enterprise_install": False,
        "enterprise": None,
        "callback_id": "show_campaigns",
        "trigger_id": here.slack.views.new_trigger(workspace, user),
        "response_url": here.slack.response_urls.new(workspace, channel, user),
        "message_ts": message["ts"],
        "message": message,
    }


def mention(
    here: World, text: str, *, user: str = "U01OWNER", channel: str = MEMBER_OF, team: str | None = None, **more: Any
) -> Json:
    """The event of `@careCycle TEXT`; `more` is what else the message holds."""
    workspace = here.slack.workspace_of(channel)
    person, ts = workspace.person(user), workspace.post(channel, user, text, thread_ts=more.get("thread_ts")).ts
    home = team or (person.team_id if person else workspace.team_id)
    elements = [{"type": "user", "user_id": BOT_ID}, {"type": "text", "text": f" {text}"}]
    line = {"type": "rich_text_section", "elements": elements}
    event = {
        "user": user,
        "type": "app_mention",
        "ts": ts,
        "client_msg_id": "0f1e2d3c-4b5a-4968-8776-5a4b3c2d1e0f",
        "text": f"<@{BOT_ID}> {text}",
        "team": home,
        "blocks": [{"type": "rich_text", "block_id": "b1", "elements": [line]}],
        "channel": channel,
        "event_ts": ts,
        **more,
    }
    return {
        "token": "deprecated",
        "team_id": workspace.team_id,
        "context_team_id": workspace.team_id,
        "api_app_id": "A01PLAY",
        "event": event,
        "type": "event_callback",
        "event_id": workspace.new_id("Ev"),
        "event_time": int(workspace.now()),
        "authorizations": [
            {"enterprise_id": None, "team_id": workspace.team_id, "user_id": BOT_ID, "is_bot": True,
             "is_enterprise_install": False}
        ],
        "is_ext_shared_channel": workspace.channels[channel].shared_with is not None,
    }  # fmt: skip


async def tell(here: World, payload: Json, *, times: int = 1) -> list[Message]:
    """Delivers it; every message of the bot's that came of it."""
    messages = here.slack.workspace_of(payload["event"]["channel"]).messages
    before = len(messages)
    for _ in range(times):
        ack = await here.slack.deliver_event(payload)
        assert ack.error is None
    await finished(here)
    return messages[before:]


async def mentioned(here: World, text: str, **more: Any) -> Message:
    """The one answer to `@careCycle TEXT`."""
    (answer,) = await tell(here, mention(here, text, **more))
    return answer
