"""What Slack sends when a person does something: the payloads, as its reference shows them."""

from playground.slack.oauth import APP_ID
from playground.slack.tokens import Grant
from playground.slack.views import payload as view_payload
from playground.slack.workspace import Conversation, Json, Message, Modal, Person, SlackWorkspace

Payload = Json


def command(
    workspace: SlackWorkspace, grant: Grant, channel: Conversation, user: Person, name: str, text: str, ids: Payload
) -> Payload:
    """A typed slash command; `ids` holds `trigger_id` and `response_url`."""
    return {
        "token": "deprecated",
        "team_id": workspace.team_id,
        "team_domain": workspace.domain,
        "channel_id": channel.id,
        "channel_name": _named(channel),
        "user_id": user.id,
        "user_name": user.name,
        "command": name,
        "text": text,
        "api_app_id": APP_ID,
        **_organization(workspace),
        "is_enterprise_install": "true" if grant.is_enterprise_install else "false",
        **ids,
    }


def message_action(
    workspace: SlackWorkspace,
    grant: Grant,
    channel: Conversation,
    user: Person,
    message: Message,
    action: Payload,
    ids: Payload,
) -> Payload:
    """A press on something in a message. Of an ephemeral message Slack sends no content."""
    content = {"message": {"ts": message.ts, "text": message.text, "blocks": message.blocks}}
    container = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": message.ephemeral_for is not None,
        **({"thread_ts": message.thread_ts} if message.thread_ts else {}),
    }
    return {
        **_interaction(workspace, grant, user, "block_actions"),
        "team": _app_team(workspace, grant),
        "actions": [action],
        "container": container,
        "channel": {"id": channel.id, "name": _named(channel)},
        **({} if message.ephemeral_for else content),
        **ids,
    }


def modal_action(
    workspace: SlackWorkspace, grant: Grant, user: Person, modal: Modal, action: Payload, values: Payload, ids: Payload
) -> Payload:
    """A press on something in a modal; there is no response_url."""
    return {
        **_interaction(workspace, grant, user, "block_actions"),
        "actions": [action],
        "container": {"type": "view", "view_id": modal.id},
        "view": view(workspace, grant, modal, values),
        "trigger_id": ids["trigger_id"],
    }


def home_action(
    workspace: SlackWorkspace, grant: Grant, user: Person, home: Payload, action: Payload, ids: Payload
) -> Payload:
    """A press on something in App Home."""
    return {
        **_interaction(workspace, grant, user, "block_actions"),
        "actions": [action],
        "container": {"type": "view", "view_id": home["id"]},
        "view": {**home, "team_id": workspace.team_id, "state": {"values": {}}},
        "trigger_id": ids["trigger_id"],
    }


def submission(
    workspace: SlackWorkspace, grant: Grant, user: Person, modal: Modal, values: Payload, ids: Payload
) -> Payload:
    """A submitted modal."""
    return {
        **_interaction(workspace, grant, user, "view_submission"),
        "trigger_id": ids["trigger_id"],
        "view": view(workspace, grant, modal, values),
        "response_urls": [],
    }


def message_shortcut(workspace: SlackWorkspace, grant: Grant, user: Person, message: Message, ids: Payload) -> Payload:
    """*Show campaigns* in the menu of a message, which comes whole."""
    thread = {"thread_ts": message.thread_ts} if message.thread_ts else {}
    whole = {"type": "message", "user": message.user, "ts": message.ts, "text": message.text}
    return {
        **_interaction(workspace, grant, user, "message_action"),
        "team": _app_team(workspace, grant),
        "callback_id": "show_campaigns",
        "channel": {"id": message.channel, "name": _named(workspace.channels[message.channel])},
        "message_ts": message.ts,
        "message": {**whole, "blocks": message.blocks, **thread},
        **ids,
    }


def shortcut(workspace: SlackWorkspace, grant: Grant, user: Person, ids: Payload) -> Payload:
    """*Find a campaign* in the shortcuts menu: there is no channel."""
    return {**_interaction(workspace, grant, user, "shortcut"), "callback_id": "find_campaign", **ids}


def suggestion(workspace: SlackWorkspace, grant: Grant, user: Person, modal: Modal, place: Payload) -> Payload:
    """What was typed into a select whose options the bot gives."""
    return {
        **_interaction(workspace, grant, user, "block_suggestion"),
        "container": {"type": "view", "view_id": modal.id},
        "view": view(workspace, grant, modal),
        **place,
    }


def closed(workspace: SlackWorkspace, grant: Grant, user: Person, shown: Payload, *, cleared: bool) -> Payload:
    """A modal that was closed, for a bot that asked to be told: `shown` is its view as `view` gives it."""
    return {**_interaction(workspace, grant, user, "view_closed"), "view": shown, "is_cleared": cleared}


def view(workspace: SlackWorkspace, grant: Grant, modal: Modal, values: Payload | None = None) -> Payload:
    """An open modal inside a payload. Where the app is the organization's, that is where it is installed."""
    shown = view_payload(workspace, modal, values)
    shown["app_id"] = APP_ID
    return {**shown, **({"app_installed_team_id": workspace.enterprise_id} if grant.is_enterprise_install else {})}


def _interaction(workspace: SlackWorkspace, grant: Grant, user: Person, kind: str) -> Payload:
    own = user.team_id == workspace.team_id
    # In a modal `team` is the person's company; of an organization's installation it is not there at all.
    team = _team(workspace) if own else {"id": user.team_id, "domain": "elsewhere"}
    enterprise = {"id": workspace.enterprise_id, "name": workspace.enterprise_name}
    return {
        "type": kind,
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": user.home or user.team_id},
        "api_app_id": APP_ID,
        "token": "deprecated",
        "team": None if grant.is_enterprise_install else team,
        "enterprise": enterprise if workspace.enterprise_id else None,
        "is_enterprise_install": grant.is_enterprise_install,
    }


def _app_team(workspace: SlackWorkspace, grant: Grant) -> Payload | None:
    """The app's own, also when somebody of another company presses; of an organization's installation, none."""
    return None if grant.is_enterprise_install else _team(workspace)


def _team(workspace: SlackWorkspace) -> Payload:
    return {"id": workspace.team_id, "domain": workspace.domain, **_organization(workspace)}


def _organization(workspace: SlackWorkspace) -> Payload:
    if workspace.enterprise_id is None:
        return {}
    return {"enterprise_id": workspace.enterprise_id, "enterprise_name": workspace.enterprise_name}


def _named(channel: Conversation) -> str:
    """Slack does not give away the name of what is not public."""
    return "directmessage" if channel.kind == "im" else "privategroup" if channel.is_private else channel.name
