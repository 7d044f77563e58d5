"""Turn an HTTP answer of careCycle into its JSON object or a CareCycleError."""

import json
import math
from typing import Any

import httpx

from bot.errors import CampaignNotFound, CareCycleError, KeyForbidden, KeyRejected, RateLimited, Unavailable

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
    422: CampaignNotFound,
    429: RateLimited,
}
_RETRY_AFTER = 60.0  # seconds to wait after a 429 that does not say how long; the API reference's sample value
_LONGEST_WAIT = 3600.0  # seconds; a wrong number must not lock a workspace out for days


def meaning(response: httpx.Response, body: bytes) -> dict[str, Any]:  # Any: JSON from outside
    """Return the JSON object in `body`. Raise the CareCycleError chosen by its `code`, or else by the HTTP status."""
    data = _object(body)
    code = data.get("code") if data else None
    kind = _BY_CODE.get(code) if isinstance(code, str) else None
    if kind is None and response.is_success:
        if data is None:
            raise Unavailable(f"status {response.status_code} without a JSON object")
        return data
    raise _error(kind or _BY_STATUS.get(response.status_code, Unavailable), response, data or {})


def _error(kind: type[CareCycleError], response: httpx.Response, data: dict[str, Any]) -> CareCycleError:
    status = response.status_code
    if kind is RateLimited:
        return RateLimited(_retry_after(data.get("retryAfter"), response.headers.get("retry-after")))
    if kind is Unavailable:
        return Unavailable(f"status {status}", passing=status >= 500)
    if kind is CampaignNotFound:
        return CampaignNotFound(f"status {status}", _fields(data.get("errors")))
    return kind(f"status {status}")


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


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):  # HTML, empty, cut off, not UTF-8, or nested maliciously deep
        return None
    return data if isinstance(data, dict) else None
