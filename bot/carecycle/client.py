"""A client for the two careCycle endpoints the bot reads. It knows nothing of Slack and caches nothing."""

from collections.abc import Mapping

import structlog
from pydantic import SecretStr

from bot.campaigns.campaign import Campaign, CampaignPage
from bot.carecycle.http import Http, Json
from bot.carecycle.lenient_parsing import read
from bot.carecycle.rate_limit import Asker
from bot.errors import Unavailable

PAGE_SIZE = 100  # careCycle: 100 at most
MOST_PAGES = 50  # a wrong parameter name could make the list endless; no agency has 5,000 campaigns
# The names of the query parameters are not public; these are guesses, which the setting CARECYCLE_PARAMS replaces.
PARAMS: Mapping[str, str] = {
    name: name for name in ("page", "limit", "sortBy", "sortOrder", "search", "status", "includeClient")
}
_log = structlog.get_logger("carecycle")


class CareCycle:
    """A reader of campaigns. Each request takes at most `within` seconds and raises a CareCycleError on failure."""

    def __init__(self, http: Http, params: Mapping[str, str]) -> None:
        self._http = http
        self._params = {**PARAMS, **params}

    def room(self, key: SecretStr, asker: Asker) -> int:
        """Return how many requests may be sent with the key now."""
        return self._http.room(key, asker)

    async def get_campaign(
        self, key: SecretStr, campaign_id: str, *, asker: Asker = Asker.PERSON, within: float = 10.0
    ) -> Campaign:
        """Return one campaign, including its organization. Raise Unavailable when careCycle sends another campaign."""
        query = self._query(includeClient="true")
        path = f"/v2/campaigns/{campaign_id}"
        campaign = await self._http.get(key, path, query, _campaign, asker=asker, within=within)
        if campaign.id.lower() != campaign_id.lower():
            raise Unavailable("another campaign in the answer")
        return campaign.model_copy(update={"id": campaign_id})  # spelled as requested, because ids are compared

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
        within: float = 10.0,
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
        return await self._http.get(key, "/v2/campaigns", query, _page, asker=asker, within=within)

    def _query(self, **values: str | None) -> dict[str, str]:
        return {self._params[name]: value for name, value in values.items() if value is not None}


def _campaign(data: Json) -> Campaign:
    record = data.get("campaign")
    if isinstance(record, dict) and isinstance(data.get("assistants"), list):
        record["assistants"] = data["assistants"]
    campaign, dropped = read(Campaign, record)
    _log_dropped(dropped)
    return campaign


def _page(data: Json) -> CampaignPage:
    if not isinstance(data.get("items"), list):
        raise Unavailable("no list in the answer")
    found, dropped = read(CampaignPage, data)
    _log_dropped(dropped)
    return found


def _log_dropped(dropped: tuple[str, ...]) -> None:
    """Log the names of the fields that could not be read, never their values."""
    if dropped:
        _log.warning("fields of an unexpected type", count=len(dropped), fields=dropped[:10])
