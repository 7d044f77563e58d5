"""Make Slack's events of each kind that the app subscribes to, to deliver them as often as one likes."""

from collections.abc import Callable
from typing import NamedTuple

from playground.slack import Slack, events
from playground.slack.tokens import Grant
from playground.slack.workspace import BOT_ID, Json, SlackWorkspace
from tests.conftest import AEP
from tests.drivers.links import CHANNEL, LINK

OWNER, MEMBER = "U01OWNER", "U03MEMBER"


class Kind(NamedTuple):
    """How one is made, the method of Slack's that is called for it, and its name in the log."""

    make: Callable[[Slack], Json]
    method: str
    logged: str


def mention(slack: Slack, campaign: str = AEP) -> Json:
    """Somebody mentions the app with a campaign's id."""
    workspace = slack.workspace_of(CHANNEL)
    return events.app_mention(
        workspace, _grant(slack, workspace), workspace.post(CHANNEL, MEMBER, f"<@{BOT_ID}> {campaign}")
    )


def link(slack: Slack, channel: str = CHANNEL, link: str = LINK) -> Json:
    """Somebody posts a link to a campaign."""
    workspace = slack.workspace_of(channel)
    message = workspace.post(channel, MEMBER, link)
    return events.link_shared(workspace, _grant(slack, workspace), message, [link])


def home(slack: Slack) -> Json:
    """Somebody opens the App Home."""
    workspace = slack.workspace_of(CHANNEL)
    told = events.app_home_opened(workspace, _grant(slack, workspace), OWNER)
    told["event"]["tab"] = "home"
    return told


def pane(slack: Slack) -> Json:
    """Somebody opens the pane beside a preview."""
    workspace = slack.workspace_of(CHANNEL)
    message = workspace.post(CHANNEL, MEMBER, LINK)
    message.previews[LINK] = {"external_ref": {"id": AEP}, "url": LINK}
    trigger = slack.views.new_trigger(workspace, OWNER)
    return events.entity_details_requested(workspace, _grant(slack, workspace), message, OWNER, LINK, trigger)


def step(slack: Slack) -> Json:
    """A workflow comes to the app's step."""
    workspace = slack.workspace_of(CHANNEL)
    run = slack.api.steps.begin(workspace, _grant(slack, workspace), {"campaign": AEP})
    run.event = events.function_executed(workspace, _grant(slack, workspace), run)
    return run.event


KINDS = {
    "mention": Kind(mention, "chat.postMessage", "mention"),
    "link": Kind(link, "chat.unfurl", "preview"),
    "home": Kind(home, "views.publish", "home"),
    "pane": Kind(pane, "entity.presentDetails", "preview details"),
    "step": Kind(step, "functions.completeSuccess", "step"),
}


def _grant(slack: Slack, workspace: SlackWorkspace) -> Grant:
    found = slack.tokens.installed(workspace)
    assert found
    return found
