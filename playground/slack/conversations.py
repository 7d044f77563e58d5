"""The Web API's methods about conversations, each from a call to Slack's answer."""

from playground.slack.call import ApiError, Args, Call
from playground.slack.workspace import BOT_ID, Conversation, Message

_MOST, _PAGE = 999, 100  # messages of one answer: the most, and when the call names no limit


def conversations_info(call: Call) -> Args:
    """A channel, or the bot's direct message with somebody."""
    channel = call.readable()
    im = channel.kind == "im"
    shown = {"id": channel.id, "is_im": im, "is_private": channel.is_private or im, "is_member": channel.bot_is_member}
    shared = channel.shared_with is not None
    sharing = {"is_ext_shared": shared, "is_pending_ext_shared": channel.share_is_pending}
    named = {"name": channel.name, **sharing, "is_archived": channel.is_archived}
    return {"channel": {**shown, **({} if im else named)}}


def conversations_members(call: Call) -> Args:
    """Who is in a channel, in one page."""
    channel = call.readable()
    people = [one.id for one in call.workspace.everybody if call.workspace.may_see(one.id, channel.id)]
    return {"members": [*people, *([BOT_ID] if channel.bot_is_member else [])]}


def conversations_open(call: Call) -> Args:
    """The bot's direct message with one person, begun when it is not there yet."""
    user = call.text("users")
    if "," in user or not user:
        raise ApiError("users_list_not_supplied" if not user else "method_not_supported_for_channel_type")
    person = call.workspace.people.get(user)
    if person is None:
        raise ApiError("user_not_found")
    if person.deleted:
        raise ApiError("user_disabled")
    return {"channel": {"id": call.workspace.direct_message(person.id).id}}


def conversations_join(call: Call) -> Args:
    """The bot goes into a public channel by itself."""
    channel = call.readable()
    if channel.kind == "im" or channel.is_private:
        raise ApiError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise ApiError("is_archived")
    channel.bot_is_member = True
    call.workspace.touch()
    return {"channel": {"id": channel.id, "is_member": True}}


def conversations_history(call: Call) -> Args:
    """The messages of a conversation, the newest first; answers in threads and what one person sees are not there."""
    channel = call.readable()
    _need_scope(call, channel)
    if not channel.bot_is_member:
        raise ApiError("not_in_channel")
    found = [message for message in reversed(call.workspace.messages) if _asked_for(call, channel, message)]
    most = min(int(call.text("limit") or _PAGE), _MOST)
    shown = [_shown(message, with_metadata=call.flag("include_all_metadata")) for message in found[:most]]
    return {"messages": shown, "has_more": len(found) > most}


def _need_scope(call: Call, channel: Conversation) -> None:
    kind = "im" if channel.kind == "im" else "groups" if channel.is_private else "channels"
    if f"{kind}:history" not in call.grant.scopes:
        raise ApiError("missing_scope")


def _asked_for(call: Call, channel: Conversation, message: Message) -> bool:
    """Whether it is in the conversation and in the time the call names; a bound itself is in only if `inclusive`."""
    if message.channel != channel.id or message.ephemeral_for or message.thread_ts not in (None, message.ts):
        return False
    at, oldest, latest = float(message.ts), float(call.text("oldest") or 0), float(call.text("latest") or "inf")
    return oldest <= at <= latest if call.flag("inclusive") else oldest < at < latest


def _shown(message: Message, *, with_metadata: bool) -> Args:
    shown: Args = {"type": "message", "user": message.user, "text": message.text, "ts": message.ts}
    if message.user == BOT_ID:
        shown["bot_id"] = "B0BOT"
    if message.blocks:
        shown["blocks"] = message.blocks
    if message.thread_ts:
        shown["thread_ts"] = message.thread_ts
    if message.metadata and with_metadata:
        shown["metadata"] = message.metadata
    return shown
