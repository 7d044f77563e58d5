"""A client for the two careCycle endpoints the bot reads. It knows nothing of Slack and caches nothing."""

import re
from collections.abc import Mapping
from functools import lru_cache, partial

import structlog
from pydantic import Secret, SecretStr

from bot.campaigns.campaign import Campaign, CampaignPage
from bot.campaigns.ids import is_id
from bot.campaigns.record import Record
from bot.carecycle.http import Http
from bot.carecycle.lenient_parsing import read
from bot.carecycle.rate_limit import Asker
from bot.carecycle.responses import Json
from bot.errors import CampaignNotFound, Unreadable

PAGE_SIZE = 100  # careCycle: 100 at most
MOST_PAGES = 50  # a wrong parameter name could make the list endless; no agency has 5,000 campaigns
# The names of the query parameters are not public; these are guesses, which the setting CARECYCLE_PARAMS replaces.
PARAMS: Mapping[str, str] = {
    name: name for name in ("page", "limit", "sortBy", "sortOrder", "search", "status", "includeClient")
}
# Seconds for one request. A person is answered within five in all, of which sending the answer takes some, too.
WITHIN: Mapping[Asker, float] = {Asker.PERSON: 3.5, Asker.BACKGROUND: 10.0}
_PLACE = re.compile(r"\.\d+(?=\.)")  # of a campaign in a list
_log = structlog.get_logger("carecycle")


class CareCycle:
    """A reader of campaigns. A request takes at most `within` seconds (or WITHIN), and raises a CareCycleError."""

    def __init__(self, http: Http, params: Mapping[str, str]) -> None:
        self._http = http
        self._params = {**PARAMS, **params}

    def room(self, key: SecretStr, asker: Asker) -> int:
        """Return how many requests may be sent with the key now."""
        return self._http.room(key, asker)

    async def get_campaign(
        self, key: SecretStr, campaign_id: str, *, asker: Asker = Asker.PERSON, within: float | None = None
    ) -> Campaign:
        """Return one campaign, including its organization. Raise Unreadable when careCycle sends another.

        What is no id is not asked for: it could lead to another path.
        """
        return (await self.get_counted(key, campaign_id, asker=asker, within=within))[0]

    async def get_counted(
        self, key: SecretStr, campaign_id: str, *, asker: Asker = Asker.PERSON, within: float | None = None
    ) -> tuple[Campaign, int]:
        """Return one campaign as `get_campaign` does, and how many items its lists and objects have at most."""
        if not is_id(campaign_id):
            raise CampaignNotFound("no id")
        query = self._query(includeClient="true")
        path = f"/v2/campaigns/{campaign_id}"
        return await self._http.get(
            key, path, query, partial(_campaign, campaign_id), asker=asker, within=within or WITHIN[asker]
        )

    async def list_campaigns(
        self,
        key: SecretStr,
        *,
        page: int = 1,
        limit: int = PAGE_SIZE,
        sort_by: str = "createdAt",
        sort_order: str = "desc",
        search: str | None = None,
        status: str | None = None,
        asker: Asker = Asker.PERSON,
        within: float | None = None,
    ) -> CampaignPage:
        """Return one page of the list as the API sent it.

        The filters may have had no effect: careCycle ignores parameters whose names it does not know.
        """
        query = self._query(
            page=str(page),
            limit=str(limit),
            sortBy=sort_by,
            sortOrder=sort_order,
            search=search,
            status=status,
        )
        return await self._http.get(
            key, "/v2/campaigns", query, _page, asker=asker, within=within or WITHIN[asker], of_list=True
        )

    def _query(self, **values: str | None) -> dict[str, str]:
        return {self._params[name]: value for name, value in values.items() if value is not None}


def _campaign(campaign_id: str, data: Json, most_items: int) -> tuple[Campaign, int]:
    """Read the campaign with this id. Raise Unreadable when it is another one, or none of its fields can be read."""
    record = data.get("campaign")
    if isinstance(record, dict) and isinstance(data.get("assistants"), list):
        record["assistants"] = data["assistants"]
    campaign, dropped = read(Campaign, record, most_items)
    _log_dropped(dropped)
    if campaign.id.lower() != campaign_id.lower():
        raise Unreadable("another campaign in the answer")
    if dropped and not _says_anything(campaign):
        raise Unreadable("no field of the campaign can be read")
    spelled = campaign.model_copy(update={"id": campaign_id})  # as requested, because ids are compared
    return spelled, most_items


def _page(data: Json, most_items: int) -> CampaignPage:
    """Read a page. Raise Unreadable when it is none, or no campaign in it can be read."""
    if not isinstance(sent := data.get("items"), list):
        raise Unreadable("no list in the answer")
    count = len(sent)
    found, dropped = read(CampaignPage, data, most_items)
    _log_dropped(dropped)
    odd = {path.split(".")[1] for path in dropped if path.startswith("items.")}
    if odd and len(odd) >= count and not any(map(_says_anything, found.items)):
        raise Unreadable("no campaign of the list can be read")
    return found


def _says_anything(campaign: Campaign) -> bool:
    """Return whether anything but the id could be read, at any depth."""
    return any(_holds_data(value) for name, value in campaign if name != "id")


def _holds_data(value: object) -> bool:
    if isinstance(value, Record):
        return any(_holds_data(part) for _, part in value)
    if isinstance(value, tuple):
        return any(map(_holds_data, value))
    return value is not None and not isinstance(value, Secret)  # which may hold anything, and is never shown


def _log_dropped(dropped: tuple[str, ...]) -> None:
    """Log the names of the fields that could not be read, never their values."""
    if dropped:
        _log_once(frozenset(_PLACE.sub("", path) for path in dropped))


@lru_cache(maxsize=1_000)  # the same fields are odd at every reading of an account: one line for each kind of answer
def _log_once(fields: frozenset[str]) -> None:
    _log.warning("fields of an unexpected type", fields=sorted(fields)[:10])
