"""What the page draws, as JSON (docs/playground.md)."""

from collections.abc import Mapping
from urllib.parse import quote

from playground.carecycle import FAULTS as CARECYCLE_FAULTS
from playground.carecycle import HARBOR_KEY, PLAYGROUND_KEY, CareCycle
from playground.slack.faults import FAULTS as SLACK_FAULTS
from playground.slack.slack import Slack
from playground.slack.workspace import BOT_ID, BOT_NAME, Conversation, Json, Message, Person, SlackWorkspace

_KEYS = {"Sunrise": PLAYGROUND_KEY, "Harbor": HARBOR_KEY}


def state(slack: Slack, carecycle: CareCycle | None, workspace: SlackWorkspace, me: str) -> Json:
    """One workspace as the person `me` sees it, and what the playground's own panel shows."""
    return {
        "command": slack.command,
        "workspaces": _workspaces(slack, workspace),
        "install_url": f"{slack.bot}/slack/install" if slack.many else None,
        "keys": [{"name": name, "key": key} for name, key in _KEYS.items()] if slack.many and carecycle else [],
        "me": me,
        "people": [_person(slack, workspace, person) for person in workspace.everybody],
        "bot": {"id": BOT_ID, "name": BOT_NAME},
        "channels": [vars(channel) for channel in _conversations(slack, workspace, me)],
        "messages": [_message(message, slack.api.files.base) for message in workspace.seen_by(me)],
        "views": [
            {"id": modal.id, "view": modal.view, "errors": modal.errors, "busy": modal.busy}
            for modal in workspace.stack(me)
        ],
        "home": _home(workspace.homes.get(me)),
        "pane": slack.api.unfurls.panes.get(me),
        "step": _step(slack),
        "faults": {"carecycle": carecycle.fault if carecycle else "none", "slack": slack.faults.name},
        "choices": {
            "carecycle": _choices(CARECYCLE_FAULTS if carecycle else {"none": "the real careCycle"}),
            "slack": _choices(SLACK_FAULTS),
        },
        "resting": carecycle.resting if carecycle else 0,
        "deliveries": list(slack.deliveries.log),
    }


def _workspaces(slack: Slack, current: SlackWorkspace) -> list[Json]:
    """All of them; a bot that serves one alone has no others to go to."""
    return [
        {
            "id": workspace.team_id,
            "name": workspace.name,
            "installed": slack.tokens.installed(workspace) is not None,
            "current": workspace is current,
        }
        for workspace in slack.workspaces.values()
        if slack.many or workspace is current
    ]


def _person(slack: Slack, workspace: SlackWorkspace, person: Person) -> Json:
    """Somebody; `company` is where somebody from elsewhere is at home."""
    home = slack.workspaces.get(person.team_id)
    company = (home.name if home else person.team_id) if workspace.is_outsider(person.id) else None
    return {"id": person.id, "name": person.name, "role": person.role, "company": company, "deleted": person.deleted}


def _conversations(slack: Slack, workspace: SlackWorkspace, me: str) -> list[Conversation]:
    """Where `me` is, with the own direct message with the bot; one that stands for everybody's, only if used."""
    if slack.tokens.installed(workspace) and not workspace.is_outsider(me):
        workspace.direct_message(me)
    used = {message.channel for message in workspace.seen_by(me)}
    return [
        channel
        for channel in workspace.channels.values()
        if workspace.may_see(me, channel.id) and (channel.kind == "channel" or channel.only_for or channel.id in used)
    ]


def _step(slack: Slack) -> Json | None:
    """How the last run of the workflow's step ended."""
    run = next(reversed(slack.api.steps.runs.values()), None)
    return {"outputs": run.outputs, "error": run.error} if run else None


def _home(view: Json | None) -> Json | None:
    return {"id": view["id"], "view": view, "errors": {}, "busy": False} if view else None


def _message(message: Message, base: str) -> Json:
    """One message; its files are links below its text."""
    shown = {
        key: getattr(message, key)
        for key in ("ts", "channel", "user", "text", "blocks", "thread_ts", "edited", "previews")
    }
    files = [f"📄 <{base}/files/{one['id']}/{quote(one['name'])}|{one['name']}>" for one in message.files]
    return {
        **shown,
        "text": "\n".join(filter(None, (message.text, *files))),
        "error": message.error,
        "is_bot": message.user == BOT_ID,
        "ephemeral": message.ephemeral_for is not None,
    }


def _choices(faults: Mapping[str, str]) -> list[Json]:
    return [{"name": name, "label": label} for name, label in faults.items()]
