"""What Slack sends when a person does something: the payloads, as its reference shows them."""

from typing import Any

from playground.slack.workspace import Conversation, Message, Modal, Person, SlackWorkspace

Payload = dict[str, Any]  # Any: Slack's JSON
APP_ID = "A01PLAY"


def command(
    workspace: SlackWorkspace, channel: Conversation, user: Person, name: str, text: str, ids: Payload
) -> Payload:
    """A typed slash command; `ids` holds `trigger_id` and `response_url`."""
    return {
        "token": "deprecated",
        "team_id": workspace.team_id,
        "team_domain": workspace.domain,
        "channel_id": channel.id,
        "channel_name": channel.name,
        "user_id": user.id,
        "user_name": user.name,
        "command": name,
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        **ids,
    }


def message_action(
    workspace: SlackWorkspace, channel: Conversation, user: Person, message: Message, action: Payload, ids: Payload
) -> Payload:
    """A press on something in a message. Of an ephemeral message Slack sends no content."""
    content = {"message": {"ts": message.ts, "text": message.text, "blocks": message.blocks}}
    container = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": message.ephemeral_for is not None,
    }
    return {
        **_interaction(workspace, user, action),
        "container": container,
        "channel": {"id": channel.id, "name": channel.name},
        **({} if message.ephemeral_for else content),
        **ids,
    }


def modal_action(workspace: SlackWorkspace, user: Person, modal: Modal, action: Payload, ids: Payload) -> Payload:
    """A press on something in a modal; there is no response_url."""
    return {
        **_interaction(workspace, user, action),
        "container": {"type": "view", "view_id": modal.id},
        "view": {**modal.view, "id": modal.id, "team_id": workspace.team_id},
        "trigger_id": ids["trigger_id"],
    }


def submission(workspace: SlackWorkspace, user: Person, modal: Modal, values: Payload, ids: Payload) -> Payload:
    """A submitted modal."""
    return {
        "type": "view_submission",
        "team": {"id": workspace.team_id, "domain": workspace.domain},
        "user": _user(user),
        "api_app_id": APP_ID,
        "trigger_id": ids["trigger_id"],
        "view": {**modal.view, "id": modal.id, "team_id": workspace.team_id, "state": {"values": values}},
        "response_urls": [],
    }


def _interaction(workspace: SlackWorkspace, user: Person, action: Payload) -> Payload:
    return {
        "type": "block_actions",
        "user": _user(user),
        "api_app_id": APP_ID,
        "token": "deprecated",
        "team": {"id": workspace.team_id, "domain": workspace.domain},
        "enterprise": None,
        "is_enterprise_install": False,
        "actions": [action],
    }


def _user(user: Person) -> Payload:
    return {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team_id}
