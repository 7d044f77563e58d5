"""The events Slack sends: the app is taken out of a workspace, a workflow comes to its step."""

from urllib.parse import urlsplit

from bot.manifest import STEP
from playground.slack.oauth import APP_ID
from playground.slack.steps import StepRun
from playground.slack.tokens import Grant
from playground.slack.workspace import BOT_ID, Json, Message, SlackWorkspace


def uninstalled(workspace: SlackWorkspace, grant: Grant) -> list[Json]:
    """`tokens_revoked` and `app_uninstalled`; Slack promises no order."""
    revoked = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [BOT_ID]}}
    return [_of_installation(workspace, grant, event) for event in (revoked, {"type": "app_uninstalled"})]


def access_revoked(workspace: SlackWorkspace, grant: Grant) -> Json:
    """`team_access_revoked`: an organization took the app out of one of its workspaces."""
    return _of_installation(workspace, grant, {"type": "team_access_revoked", "team_ids": [workspace.team_id]})


def function_executed(workspace: SlackWorkspace, grant: Grant, run: StepRun) -> Json:
    """A workflow came to the app's step."""
    function = {"id": "Fn01LOOKUP", "callback_id": STEP, "title": "Look up a campaign", "type": "app", "app_id": APP_ID}
    event = {
        "type": "function_executed",
        "function": function,
        "inputs": run.inputs,
        "function_execution_id": run.id,
        "workflow_execution_id": workspace.new_id("Wx"),
        "bot_access_token": run.grant.token,
    }
    return _envelope(workspace, grant, event)


def link_shared(
    workspace: SlackWorkspace, grant: Grant, message: Message, links: list[str], *, refresh: bool = False
) -> Json:
    """A message with links to the app's domains was posted, or its preview is wanted anew. Its text is not told."""
    place = workspace.channels[message.channel]
    named = {
        "unfurl_id": f"{message.channel}.{message.ts}.{message.ts[-6:]}",
        "source": "conversations_history",
    }
    event = {
        "type": "link_shared",
        "channel": message.channel,
        "user": message.user,
        "is_bot_user_member": place.bot_is_member,
        "message_ts": message.ts,
        **({} if workspace.enterprise_id else named),  # in an organization there is neither
        **({"thread_ts": message.thread_ts} if message.thread_ts else {}),
        **({"is_unfurl_refresh": True} if refresh else {}),
        "links": _links(links),
    }
    return {**_envelope(workspace, grant, event), "is_ext_shared_channel": place.shared_with is not None}


def link_drafted(workspace: SlackWorkspace, grant: Grant, user: str, links: list[str]) -> Json:
    """Links were pasted into the composer: nobody knows the channel."""
    draft = f"{user}-{workspace.new_id('draft-')}"
    event = {
        "type": "link_shared",
        "channel": "COMPOSER",
        "user": user,
        "is_bot_user_member": True,
        "message_ts": draft,
        "unfurl_id": draft,
        "source": "composer",
        "links": _links(links),
    }
    return _envelope(workspace, grant, event)


def entity_details_requested(
    workspace: SlackWorkspace, grant: Grant, message: Message, user: str, posted: str, trigger_id: str
) -> Json:
    """Somebody opened the pane of a preview, the Work Object of the link as it was posted."""
    entity, place = message.previews[posted], workspace.channels[message.channel]
    event = {
        "type": "entity_details_requested",
        "user": user,
        "external_ref": entity["external_ref"],
        "entity_url": entity["url"],
        "link": _links([entity["url"]])[0],
        "app_unfurl_url": posted,
        "trigger_id": trigger_id,
        "user_locale": "en-US",
        "channel": message.channel,
        "message_ts": message.ts,
    }
    return {**_envelope(workspace, grant, event), "is_ext_shared_channel": place.shared_with is not None}


def app_home_opened(workspace: SlackWorkspace, grant: Grant, user: str) -> Json:
    """Somebody looks at the app's Home; what it showed last comes along."""
    view = workspace.homes.get(user)
    shown = {"view": view} if view else {}
    event = {"type": "app_home_opened", "user": user, "channel": f"D-{user}", "tab": "home", **shown}
    return _envelope(workspace, grant, event)


def app_mention(workspace: SlackWorkspace, grant: Grant, message: Message) -> Json:
    """A message that mentions the app, where it is a member."""
    thread = {"thread_ts": message.thread_ts} if message.thread_ts else {}
    event = {
        "type": "app_mention",
        "user": message.user,
        "text": message.text,
        "ts": message.ts,
        "team": (person.team_id if (person := workspace.person(message.user)) else workspace.team_id),
        "channel": message.channel,
        **thread,
    }
    place = workspace.channels[message.channel]
    return {**_envelope(workspace, grant, event), "is_ext_shared_channel": place.shared_with is not None}


def _links(urls: list[str]) -> list[Json]:
    return [{"domain": urlsplit(url).hostname, "url": url} for url in urls]


def _of_installation(workspace: SlackWorkspace, grant: Grant, event: Json) -> Json:
    """What happens to an organization's installation happens in none of its workspaces."""
    return {**_envelope(workspace, grant, event), "team_id": grant.team_id}


def _envelope(workspace: SlackWorkspace, grant: Grant, event: Json) -> Json:
    where = {"enterprise_id": workspace.enterprise_id, "team_id": grant.team_id}
    # Where it happened is named beside the authorization, which of an organization's installation names no workspace.
    happened = {**where, "team_id": workspace.team_id}
    right = {**where, "user_id": BOT_ID, "is_bot": True, "is_enterprise_install": grant.is_enterprise_install}
    return {
        "token": "deprecated",
        **happened,
        "api_app_id": APP_ID,
        "event": {**event, "event_ts": f"{workspace.now():.6f}"},
        "type": "event_callback",
        "event_id": workspace.new_id("Ev"),
        "event_time": int(workspace.now()),
        "authorizations": [right],
        "is_ext_shared_channel": False,
    }
