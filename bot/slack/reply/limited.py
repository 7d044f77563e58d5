"""Read from Slack's answer for how long it limits this app."""

from collections.abc import Mapping

from slack_sdk.errors import SlackApiError

from bot.errors import SlackLimited

LIMITED = 429  # Slack's status for too many requests
WITHOUT = 30.0  # seconds, when Slack does not say for how long
MOST_WAITED = 5.0  # seconds: what comes later is too late for a person
LONGEST = 3600.0  # seconds; more is taken for a mistake, as with careCycle
_WORDS = frozenset({"ratelimited", "rate_limited"})


def seconds_in(headers: Mapping[str, str]) -> float:
    """Return the seconds in a `Retry-After`, whose name may be written in any way; WITHOUT when there is none."""
    given = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    return min(float(given), LONGEST) if given.isascii() and given.isdecimal() else WITHOUT


def limited(error: BaseException) -> SlackLimited | None:
    """Return the error that says so to a person, when Slack limits this app; None for any other trouble."""
    if not isinstance(error, SlackApiError):
        return None
    response = error.response
    data, status = getattr(response, "data", response), getattr(response, "status_code", None)
    word = data.get("error") if isinstance(data, dict) else None
    if word not in _WORDS and status != LIMITED:
        return None
    return SlackLimited(seconds_in(getattr(response, "headers", None) or {}))


def is_logged(error: BaseException) -> bool:
    """Return whether Slack limits this app for longer than is waited for: the log says that once, when it begins."""
    limit = limited(error)
    return limit is not None and limit.retry_after > MOST_WAITED
