"""The Web API's methods about people, conversations and messages, each from a call to Slack's answer."""

from playground.slack.call import ApiError, Args, Call
from playground.slack.workspace import BOT_ID, BOT_NAME, Message, Person, SlackWorkspace


def auth_test(call: Call) -> Args:
    """Whose token it is: of a workspace, or of a whole organisation."""
    workspace, grant = call.workspace, call.grant
    whole = grant.is_enterprise_install
    return {
        "url": f"https://{workspace.domain}.slack.com/",
        "team": workspace.enterprise_name if whole else workspace.name,
        "team_id": workspace.enterprise_id if whole else workspace.team_id,
        "user": BOT_NAME,
        "user_id": BOT_ID,
        "bot_id": "B0BOT",
        "enterprise_id": workspace.enterprise_id,
        "is_enterprise_install": whole,
    }


def users_info(call: Call) -> Args:
    """A person of the workspace, or one who is there by way of a shared channel."""
    person = call.workspace.person(call.text("user"))
    if person is None:
        raise ApiError("user_not_found")
    flags = {
        "is_owner": person.role == "owner",
        "is_admin": person.role in ("owner", "admin"),
        "is_restricted": person.role == "guest",
        "is_stranger": call.workspace.is_outsider(person.id),
    }
    user = {"id": person.id, "name": person.name, "team_id": person.team_id, **flags}
    return {"user": {**user, "deleted": False, "tz": "America/New_York", **_in_organisation(call.workspace, person)}}


def _in_organisation(workspace: SlackWorkspace, person: Person) -> Args:
    if workspace.enterprise_id is None:
        return {}
    enterprise = {"enterprise_id": workspace.enterprise_id, "enterprise_name": workspace.enterprise_name}
    roles = {"is_admin": False, "is_owner": False}  # of the organisation; of the workspace they stand above
    return {"enterprise_user": {"id": person.id, **enterprise, **roles, "teams": [person.team_id]}}


def conversations_info(call: Call) -> Args:
    """A channel, or the bot's direct message with somebody."""
    channel = call.readable()
    im = channel.kind == "im"
    shown = {"id": channel.id, "is_im": im, "is_private": channel.is_private or im, "is_member": channel.bot_is_member}
    shared = channel.shared_with is not None
    return {"channel": {**shown, **({} if im else {"name": channel.name, "is_ext_shared": shared})}}


def post_message(call: Call) -> Args:
    """A message for everybody there."""
    channel = call.writable()
    thread = call.args.get("thread_ts")
    message = call.workspace.post(channel.id, BOT_ID, call.text("text"), blocks=call.blocks(), thread_ts=thread)
    shown = {"type": "message", "user": BOT_ID, "text": message.text, "ts": message.ts}
    return {"channel": channel.id, "ts": message.ts, "message": shown}


def post_ephemeral(call: Call) -> Args:
    """A message for one person there."""
    channel, user = call.writable(), call.text("user")
    if not call.workspace.may_see(user, channel.id):
        raise ApiError("user_not_in_channel")
    thread = call.args.get("thread_ts")
    message = call.workspace.post(
        channel.id, BOT_ID, call.text("text"), blocks=call.blocks(), ephemeral_for=user, thread_ts=thread
    )
    return {"message_ts": message.ts}


def update(call: Call) -> Args:
    """Other words in one of the bot's messages."""
    message = _own(call)
    message.text, message.edited = call.text("text"), True
    message.blocks = call.workspace.named(call.blocks())
    call.workspace.touch()
    return {"channel": message.channel, "ts": message.ts}


def delete(call: Call) -> Args:
    """Takes one of the bot's messages away."""
    message = _own(call)
    call.workspace.messages.remove(message)
    call.workspace.touch()
    return {"channel": message.channel, "ts": message.ts}


def blocks_validate(call: Call) -> Args:
    """Nothing, or `invalid_blocks`."""
    call.blocks()
    return {}


def _own(call: Call) -> Message:
    """The message that is named: ephemeral ones cannot be, others' must not be."""
    message = call.workspace.find(call.text("channel"), call.text("ts"))
    if message is None or message.ephemeral_for:
        raise ApiError("message_not_found")
    if message.user != BOT_ID:
        raise ApiError("cant_update_message")
    return message
