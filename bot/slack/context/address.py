"""Find out which workspace a request is from."""

from slack_bolt.context.async_context import AsyncBoltContext

from bot.slack.reply.payload import Payload
from bot.slack.reply.workspace_tags import Address, workspace_in


def address_of(context: AsyncBoltContext, body: Payload) -> Address:
    """Return the ids of the request's workspace and organization.

    The organization's id stands in for the workspace's when neither Slack nor a block's tag names a workspace.
    """
    enterprise_id = context.enterprise_id
    named = workspace_in(body, enterprise_id) or context.team_id or _workspace_of_event(enterprise_id, body)
    return named or enterprise_id or "", enterprise_id


def _workspace_of_event(enterprise_id: str | None, body: Payload) -> str | None:
    """Return the workspace an event came from, when the app is installed for a whole organization.

    Return None outside that organization: in a channel shared with another company, the event may be from one of
    their workspaces.
    """
    return body.get("team_id") if enterprise_id and body.get("enterprise_id") == enterprise_id else None
