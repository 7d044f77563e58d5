"""Turn an HTTP answer of careCycle into its JSON object or a CareCycleError."""

import json
import math
from typing import Any, TypeAlias

import httpx

from bot.campaigns.readable_text import may_be_unreadable, readable_json
from bot.errors import (
    CampaignNotFound,
    CareCycleError,
    KeyForbidden,
    KeyRejected,
    RateLimited,
    Unavailable,
    Unreadable,
)

Json: TypeAlias = dict[str, Any]  # Any: JSON from outside
_BY_CODE: dict[str, type[CareCycleError]] = {
    "UNAUTHORIZED": KeyRejected,
    "FORBIDDEN": KeyForbidden,
    "NOT_FOUND": CampaignNotFound,
    "VALIDATION_ERROR": CampaignNotFound,  # the API says the id is not valid
    "RATE_LIMIT_EXCEEDED": RateLimited,
    "INTERNAL_ERROR": Unavailable,
}
_BY_STATUS: dict[int, type[CareCycleError]] = {
    400: CampaignNotFound,
    401: KeyRejected,
    403: KeyForbidden,
    404: CampaignNotFound,
    408: Unavailable,
    422: CampaignNotFound,
    429: RateLimited,
}
_RETRY_AFTER = 60.0  # seconds to wait after a 429 that does not say how long; the API reference's sample value
_LONGEST_WAIT = 3600.0  # seconds; a wrong number must not lock a workspace out for days


def meaning(response: httpx.Response, body: bytes | Json, *, of_list: bool = False) -> Json:
    """Return the JSON object in `body`, which may have been read already.

    Raise the CareCycleError chosen by its `code`, or else by the HTTP status.

    `of_list` says that the list was asked for: it is always there, so "not found" means that the address is wrong.
    """
    data = _object(body) if isinstance(body, bytes) else body
    code = data.get("code") if data else None
    kind = _BY_CODE.get(code) if isinstance(code, str) else None
    if kind is None and response.is_success:
        if data is None:
            raise _no_object(response, body)
        return data
    kind = kind or _BY_STATUS.get(response.status_code)
    if of_list and kind is CampaignNotFound:
        raise _no_list(code, response, data or {})
    raise _error(kind, response, data or {})


def _no_object(response: httpx.Response, body: bytes | Json) -> Unreadable:
    if isinstance(body, bytes) and body.lstrip()[:1] == b"<":
        return Unreadable(f"status {response.status_code} with a web page", "address")
    return Unreadable(f"status {response.status_code} without a JSON object")


def _no_list(code: object, response: httpx.Response, data: Json) -> Unreadable:
    status = response.status_code
    if code == "NOT_FOUND" or status == httpx.codes.NOT_FOUND:
        return Unreadable(f"status {status} for the list of campaigns", "address")
    return Unreadable(f"status {status} for the list of campaigns", "question", fields=_fields(data.get("errors")))


def _error(kind: type[CareCycleError] | None, response: httpx.Response, data: Json) -> CareCycleError:
    status = response.status_code
    if kind is RateLimited:
        return RateLimited(_retry_after(data.get("retryAfter"), response.headers.get("retry-after")))
    if kind is Unavailable or (kind is None and status >= 500):
        return Unavailable(f"status {status}", passing=status >= 500)
    return (kind or Unreadable)(f"status {status}")


def _fields(errors: object) -> frozenset[str]:
    """Return the parameters that a validation error names in `errors[].path`."""
    listed = errors if isinstance(errors, list) else []
    paths = [error.get("path") for error in listed if isinstance(error, dict)]
    return frozenset(str(step) for path in paths if isinstance(path, list) for step in path)


def _retry_after(*candidates: object) -> float:
    """Return the seconds to wait: the first candidate that is a sensible number, or else _RETRY_AFTER.

    The result is at least a second and at most _LONGEST_WAIT.
    """
    for candidate in candidates:
        if isinstance(candidate, bool) or not isinstance(candidate, int | float | str):
            continue
        try:
            seconds = float(candidate)
        except (ValueError, OverflowError):
            continue
        if 0 <= seconds < math.inf:
            return min(max(seconds, 1.0), _LONGEST_WAIT)
    return _RETRY_AFTER


def _object(body: bytes) -> Json | None:
    try:
        data = json.loads(body)
        data = readable_json(data) if may_be_unreadable(body) else data
    except (ValueError, RecursionError):  # HTML, empty, cut off, not UTF-8, or nested maliciously deep
        return None
    return data if isinstance(data, dict) else None
