"""How careCycle reads a request: the id in the path, the query parameters, and what it refuses."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

# The reference does not print the names; on the left is what the bot's settings call them.
PARAMS: Final[Mapping[str, str]] = {
    name: name for name in ("page", "limit", "sortBy", "sortOrder", "search", "status", "includeClient")
}

_UUID = re.compile(
    r"([0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
    r"|00000000-0000-0000-0000-000000000000|ffffffff-ffff-ffff-ffff-ffffffffffff)",
    re.IGNORECASE,
)
_STATUSES = ("draft", "active", "paused", "completed", "archived", "inactive", "cancelled", "testing")
_SORTABLE = ("createdAt", "updatedAt", "name", "status", "startDate")


class ApiError(Exception):
    """An answer other than 200, with the reference's body."""

    def __init__(self, status: int, code: str, message: str, **more: Any) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"message": message, "code": code, **more}


def campaign_id(text: str) -> str:
    """The id as it came, if it has the pattern of the reference."""
    if not _UUID.fullmatch(text):
        raise _invalid("campaignId", "Invalid UUID", "uuid", text)
    return text


def flag(query: Mapping[str, str], name: str) -> bool:
    """An optional boolean, false when it is not there."""
    return _one_of(query, name, ("true", "false"), "false") == "true"


def page_of(campaigns: Sequence[dict[str, Any]], query: Mapping[str, str], params: Mapping[str, str]) -> dict[str, Any]:
    """One page of the campaigns that the query asks for; a parameter it does not know has no effect."""
    page = _number(query, params["page"], 1, 1_000_000)
    size = _number(query, params["limit"], 50, 100)
    found = _ordered(_matching(campaigns, query, params), query, params)
    last = page * size >= len(found)
    return {
        "itemsTotal": len(found),
        "currentPage": page,
        "nextPage": None if last else page + 1,
        "prevPage": page - 1 if page > 1 else None,
        "items": found[(page - 1) * size : page * size],
    }


def _matching(
    campaigns: Sequence[dict[str, Any]], query: Mapping[str, str], params: Mapping[str, str]
) -> list[dict[str, Any]]:
    status = _one_of(query, params["status"], _STATUSES, "")
    words = query.get(params["search"], "").casefold()
    return [
        campaign
        for campaign in campaigns
        if status in ("", campaign.get("status"))
        and any(words in str(campaign.get(field) or "").casefold() for field in ("name", "description"))
    ]


def _ordered(
    campaigns: list[dict[str, Any]], query: Mapping[str, str], params: Mapping[str, str]
) -> list[dict[str, Any]]:
    field = _one_of(query, params["sortBy"], _SORTABLE, "createdAt")
    order = _one_of(query, params["sortOrder"], ("asc", "desc"), "desc")
    return sorted(campaigns, key=lambda campaign: str(campaign.get(field) or ""), reverse=order == "desc")


def _number(query: Mapping[str, str], name: str, default: int, highest: int) -> int:
    text = query.get(name, str(default))
    if not re.fullmatch(r"[0-9]{1,7}", text) or not 1 <= int(text) <= highest:
        raise _invalid(name, f"Expected a number from 1 to {highest}", "number", text)
    return int(text)


def _one_of(query: Mapping[str, str], name: str, choices: Sequence[str], default: str) -> str:
    text = query.get(name, default)
    if name in query and text not in choices:
        raise _invalid(name, f"Expected one of {', '.join(choices)}", " | ".join(choices), text)
    return text


def _invalid(name: str, message: str, expected: str, received: str) -> ApiError:
    problem = {
        "path": [name],
        "message": message,
        "expected": expected,
        "received": received,
        "code": "invalid_value",
    }
    return ApiError(422, "VALIDATION_ERROR", "Validation failed", errors=[problem])
