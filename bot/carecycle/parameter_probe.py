"""Find out whether careCycle knows our names of its query parameters.

The names are not public, and careCycle ignores a wrong one without an error.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

from pydantic import SecretStr

from bot.carecycle.client import PARAMS
from bot.carecycle.http import Http
from bot.carecycle.rate_limit import Asker
from bot.errors import Unreadable

_NONSENSE = "zzqx-no-such-thing"
_LIST = "/v2/campaigns"
_BY_REFUSAL = (
    "page",
    "limit",
    "sortBy",
    "sortOrder",
    "status",
)  # careCycle refuses an illegal value of a parameter it knows


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether careCycle knows one query parameter."""

    name: str  # the parameter's key in PARAMS
    sent_as: str  # the name in the query
    known: bool | None  # None: the probe could not decide


async def verdicts(http: Http, key: SecretStr, params: Mapping[str, str]) -> AsyncIterator[Verdict]:
    """Yield a verdict for each parameter. It takes up to nine requests.

    Raise a CareCycleError when careCycle refuses the key or cannot be asked.
    """
    names = {**PARAMS, **params}
    for name in _BY_REFUSAL:
        yield Verdict(name, names[name], await _is_refused(http, key, names[name]))
    first = await http.get_json(key, _LIST, {}, asker=Asker.PERSON, within=10, of_list=True)
    none = await http.get_json(key, _LIST, {names["search"]: _NONSENSE}, asker=Asker.PERSON, within=10, of_list=True)
    everything = first.get("itemsTotal")
    told = isinstance(everything, int) and everything > 0
    yield Verdict("search", names["search"], none.get("itemsTotal") == 0 if told else None)
    yield Verdict(
        "includeClient", names["includeClient"], await _brings_client(http, key, names["includeClient"], first)
    )


async def _is_refused(http: Http, key: SecretStr, name: str) -> bool:
    try:
        await http.get_json(key, _LIST, {name: _NONSENSE}, asker=Asker.PERSON, within=10, of_list=True)
    except Unreadable as error:
        if error.what != "question":
            raise
        return not error.fields or name in error.fields
    return False


async def _brings_client(http: Http, key: SecretStr, name: str, listed: Mapping[str, object]) -> bool | None:
    """Return whether only a request with the parameter brings a campaign's organization. None: undecided."""
    items = listed.get("items")
    if not isinstance(items, list) or not items or not isinstance(items[0], dict):
        return None
    path = f"{_LIST}/{items[0].get('id')}"
    without = await http.get_json(key, path, {}, asker=Asker.PERSON, within=10)
    with_it = await http.get_json(key, path, {name: "true"}, asker=Asker.PERSON, within=10)
    if _has_client(without):
        return None
    return _has_client(with_it)


def _has_client(answer: Mapping[str, object]) -> bool:
    campaign = answer.get("campaign")
    return isinstance(campaign, dict) and campaign.get("client") is not None
