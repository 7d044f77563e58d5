"""Ask careCycle for a workspace, and note whether it accepts the key."""

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TypeVar

from bot.campaigns.campaign import CampaignPage, Reading
from bot.carecycle.client import CareCycle
from bot.carecycle.rate_limit import Asker
from bot.carecycle.search_index import Fetch
from bot.errors import KeyRefused, KeyRejected
from bot.records import Connection
from bot.workspaces.digest_campaigns import Page
from bot.workspaces.resources import Resources

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Requests:
    """The requests of one workspace with its key. All raise a CareCycleError, or KeyChanged."""

    workspace_id: str
    connection: Connection
    carecycle: CareCycle
    resources: Resources

    async def campaign(self, campaign_id: str, link: str, asker: Asker) -> Reading:
        """Fetch a campaign. `link` is what its card opens."""
        asked = self.carecycle.get_counted(self.connection.key, campaign_id, asker=asker)
        found, most_items = await self._watch_key(asked)
        return Reading(found, self.resources.clock.now(), link=link, most_items=most_items)

    def pages(self, asker: Asker) -> Page:
        """Return a function that fetches pages of one status, or of all, newest first."""

        async def fetch(number: int, status: str | None) -> CampaignPage:
            asked = self.carecycle.list_campaigns(self.connection.key, page=number, status=status, asker=asker)
            found = await self._watch_key(asked)
            if number == 1:
                self._note_listed(found)
            return found

        return fetch

    def search_pages(self, asker: Asker, status: str | None = None) -> Fetch:
        """Return a function that fetches pages of the list, most recently changed first."""

        async def fetch(page: int, words: str | None) -> CampaignPage:
            asked = self.carecycle.list_campaigns(
                self.connection.key, page=page, search=words, status=status, sort_by="updatedAt", asker=asker
            )
            found = await self._watch_key(asked)
            if page == 1 and not words and not status:
                self._note_listed(found)
            return found.read(self.resources.clock.now())

        return fetch

    def _note_listed(self, page: CampaignPage) -> None:
        if not self.connection.is_fixed:  # a key from the environment is not replaced in Slack
            self.resources.accounts.note(self.workspace_id, page)

    async def _watch_key(self, asked: Awaitable[T]) -> T:
        """Return careCycle's answer, and note whether it accepted the key."""
        try:
            answer = await asked
        except KeyRefused as error:
            if isinstance(error, KeyRejected):
                await self.resources.key_status.broken(self.workspace_id, self.connection)
            raise type(error)(str(error), fixed=self.connection.is_fixed) from error
        await self.resources.key_status.works(self.workspace_id, self.connection)
        return answer
