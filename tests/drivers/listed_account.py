"""Play an account for what reads digests' campaigns: pages and single requests are counted, and each may fail."""

import asyncio
from dataclasses import dataclass, field
from functools import cache

from bot.campaigns.campaign import Campaign, CampaignPage, Reading
from bot.clock import Clock
from bot.digests.digest import CampaignFilter
from bot.errors import CareCycleError
from bot.workspaces.digest_campaigns import DigestCampaigns, Gathered, new_full_lists
from tests.conftest import Clockwork


def id_of(number: int) -> str:
    return f"{number:08d}-0000-4000-8000-000000000000"


@cache
def campaign(number: int, *, routing: bool) -> Campaign:
    config = {"transferConfig": {"type": "direct"}} if routing else {}
    status = "active" if number % 3 else "paused"
    return Campaign.model_validate({"id": id_of(number), "name": f"No {number}", "status": status, **config})


@dataclass
class Account:
    """An account of so many campaigns, every third of which is paused."""

    time: Clockwork
    size: int
    knows_status: bool = True
    has_routing: bool = False
    room: int = 45
    says_total: bool = True
    ignores_page: bool = False
    shifted: int | None = None  # in place of this page the next one is given
    fails: dict[int | str, CareCycleError] = field(default_factory=dict)  # by the page, or the id
    gate: asyncio.Event | None = None
    takes: float = 0.0  # seconds for a page
    pages: list[tuple[int, str | None]] = field(default_factory=list)
    singles: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        clock = Clock(self.time.now, self.time.time)
        self.sweeps = new_full_lists(clock)
        self.reads = DigestCampaigns(("T1", "key"), self.sweeps, clock, self.page, self.single, lambda: self.room)

    async def page(self, number: int, status: str | None) -> CampaignPage:
        self.pages.append((number, status))
        if self.gate:
            await asyncio.wait_for(self.gate.wait(), 30)
        self.time.move(self.takes)
        if error := self.fails.get(number):
            raise error
        everything = [campaign(n, routing=self.has_routing) for n in range(self.size)]
        fitting = [one for one in everything if not (status and self.knows_status) or one.status == status]
        number = 1 if self.ignores_page else number + (number == self.shifted)
        return CampaignPage(
            items_total=len(fitting) if self.says_total else None,
            items=tuple(fitting[(number - 1) * 100 : number * 100]),
            current_page=number,
            next_page=number + 1 if len(fitting) > number * 100 else None,
        )

    async def single(self, campaign_id: str) -> Reading:
        self.singles.append(campaign_id)
        if error := self.fails.get(campaign_id):
            raise error
        return Reading(campaign(int(campaign_id[:8]), routing=True), self.time.now())

    async def digest(self, choice: CampaignFilter, most: int = 500) -> Gathered:
        return await self.reads.campaigns(choice, most)

    @property
    def asked(self) -> tuple[int, int]:
        return len(self.pages), len(self.singles)
