"""The Web API's methods about messages, each from a call to Slack's answer."""

from playground.slack.call import ApiError, Args, Call
from playground.slack.workspace import BOT_ID, BOT_NAME, Message


def auth_test(call: Call) -> Args:
    """Whose token it is: of a workspace, or of a whole organization."""
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


def post_message(call: Call) -> Args:
    """A message for everybody there."""
    channel = call.writable()
    thread = call.args.get("thread_ts")
    hidden = call.metadata()
    message = call.workspace.post(
        channel.id, BOT_ID, call.text("text"), blocks=call.blocks(), thread_ts=thread, metadata=hidden
    )
    shown: Args = {"type": "message", "user": BOT_ID, "text": message.text, "ts": message.ts}
    if hidden:
        shown["metadata"] = hidden
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
    if "metadata" in call.args:
        message.metadata = call.metadata()
    call.workspace.touch()
    return {"channel": message.channel, "ts": message.ts}


def delete(call: Call) -> Args:
    """Takes one of the bot's messages away."""
    message = _own(call)
    call.workspace.messages.remove(message)
    call.workspace.touch()
    return {"channel": message.channel, "ts": message.ts}


def get_permalink(call: Call) -> Args:
    """The address of a message."""
    channel = call.readable()
    message = call.workspace.find(channel.id, call.text("message_ts"))
    if message is None:
        raise ApiError("message_not_found")
    place = f"https://{call.workspace.domain}.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    thread = f"?thread_ts={message.thread_ts}&cid={channel.id}" if message.thread_ts else ""
    return {"channel": channel.id, "permalink": f"{place}{thread}"}


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
