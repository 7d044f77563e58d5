"""Decide what an error of Slack means for a digest: refused, try again later, or unclear.

Slack's reference of `chat.postMessage` lists the error codes. The list is not complete, and says so.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError

from bot.delivery.slack_port import Later, Refused, Unclear
from bot.slack.context.tokens import REFUSED
from bot.slack.reply.errors import SLACK_TROUBLE, slack_word
from bot.slack.reply.limited import WITHOUT, limited

# Unclear: Slack says that part of the call may have succeeded, or only that something is down.
_UNCLEAR = {"internal_error", "fatal_error", "service_unavailable"}
# Temporary, beside limits: too many messages, an organization that is being moved, arguments that arrived incomplete.
_TEMPORARY = {
    "message_limit_exceeded",
    "org_login_required",
    "team_added_to_org",
    "request_timeout",
}
_REASONS = {
    "not_in_channel": "not_in_channel",
    "channel_not_found": "channel_not_found",
    "is_archived": "is_archived",
    "invalid_blocks": "blocks",
    "invalid_blocks_format": "blocks",
    "invalid_attachments": "blocks",
    "msg_too_long": "bug",
    "no_text": "bug",
    "too_many_attachments": "bug",
    "metadata_too_large": "bug",
    "invalid_metadata_format": "bug",
    "invalid_metadata_schema": "bug",
    "invalid_arguments": "bug",
    "team_access_not_granted": "not_installed",
    **dict.fromkeys(REFUSED, "not_installed"),
}
_RESTRICTED = "restricted_action"  # and longer codes that begin with it
_UNKNOWN_REFUSAL = (
    "refused"  # `no_permission`, `missing_scope` and the like: the digest pauses, its owner is notified once
)
_log = structlog.get_logger("slack")


def classify(error: SlackApiError) -> Later | Refused | Unclear:
    """Return what Slack's answer to a message means. Treat an unknown error code as a refusal, and log it."""
    word, response = slack_word(error), error.response
    if limits := limited(error):
        return Later(limits.retry_after, limited=True)
    if word in _TEMPORARY:
        return Later(WITHOUT)
    if word in _REASONS:
        return Refused(_REASONS[word])
    if word in _UNCLEAR or not _is_refusal(response):
        return Unclear(word)
    _log.warning("Slack refused a message", error=word)
    return Refused("restricted" if word.startswith(_RESTRICTED) else _UNKNOWN_REFUSAL)


def need_unlimited(error: BaseException) -> None:
    """Raise Later when the error says that Slack limits this app."""
    if limits := limited(error):
        raise Later(limits.retry_after, limited=True) from error


def need_answer(error: BaseException) -> None:
    """Raise Later when the error says that Slack limits this app, or has not answered a question in time."""
    need_unlimited(error)
    if isinstance(error, TimeoutError):
        raise Later(0) from error


@contextmanager
def only_once() -> Iterator[None]:
    """Send something that must not be sent twice. Raise Refused, Later or Unclear in place of Slack's own errors."""
    try:
        yield
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:  # it never reached Slack
        raise Later(0) from error
    except SlackApiError as error:
        raise classify(error) from error
    except SLACK_TROUBLE as error:
        raise Unclear(slack_word(error)) from error


def _is_refusal(response: object) -> bool:
    """Return whether Slack's application refused, and not a proxy in front of it."""
    data = getattr(response, "data", None)
    return _status(response) == 200 and isinstance(data, dict) and data.get("ok") is False and "error" in data


def _status(response: object) -> object:
    return getattr(response, "status_code", None)
