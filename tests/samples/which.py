"""Samples of the question which campaign was meant."""

from typing import Final

from blocks.campaigns import which
from blocks.kit import Message
from bot.campaigns.listing import Entry, Listing
from bot.errors import NotUnderstood, Unavailable
from bot.records import Remedy
from tests.conftest import AEP, AS_OF

_ENTRIES: Final = (
    Entry(AEP, "AEP Outreach 2026", "active", "Outbound renewals", AS_OF),
    Entry(AEP[:-1] + "9", "<!channel> *Plan*", "brand_new", "for the aep outreach", None),
    Entry(AEP[:-1] + "0", "", None, "", None),
)
_PART: Final = Listing(_ENTRIES[:1], whole=False, among=100, total=500)


def _compare(campaign_id: str) -> str:
    return f"compare {campaign_id}, medicare"


WHICH: Final[dict[str, Message]] = {
    "which-several": which.card("aep", Listing(_ENTRIES * 5, whole=True, words=("aep",)), chosen=_compare),
    "which-of-a-part": which.card("aep", _PART, chosen=_compare),
    "which-in-an-outage": which.card("aep", Listing(_ENTRIES[:2], True, Unavailable("status 503")), chosen=_compare),
    "which-only-one-known": Message("AEP Outreach 2026", (which.only_one_known(_PART),)),
    "which-near": which.card("hospital indemity", Listing((), whole=True, near=_ENTRIES[:1])),
    "which-near-several": which.card("plam", Listing((), whole=True, near=_ENTRIES)),
    "reads-only": which.reads_only(_ENTRIES[:1]),
    "which-none": which.card("plam", Listing((), whole=True)),
    "which-none-with-others": which.card("plam", Listing((), whole=True), chosen=_compare, others=AEP),
    "compare-with-which": which.second("AEP Outreach 2026", _PART, _compare),
    "compare-with-none": which.second("AEP Outreach 2026", Listing((), True), _compare),
}
NOT_UNDERSTOOD: Final[dict[str, NotUnderstood]] = {
    "not-understood": NotUnderstood(),
    "not-understood-nearly-an-id": NotUnderstood("broken id"),
    "not-understood-other-link": NotUnderstood("other link"),
    "not-understood-bare-link": NotUnderstood("bare link"),
    "not-understood-customer": NotUnderstood("customer link"),
    "not-understood-nearest": NotUnderstood(nearest="/campaign help"),
    "not-understood-nearest-in-an-outage": NotUnderstood(
        nearest="/campaign help", unsearched=Unavailable("status 503")
    ),
    "not-understood-status": NotUnderstood("status", nearest="/campaign list active"),
    "not-understood-several": NotUnderstood("several"),
    "not-understood-nothing": NotUnderstood("nothing"),
    "not-understood-meant": NotUnderstood(meant=("AEP Outreach 2026", "<!channel> *x*")),
    "not-understood-key": NotUnderstood(pasted="key"),
    "not-understood-key-of-a-member": NotUnderstood(pasted="key").for_person(
        Remedy("member", "U01OWNER", "Alice", "C1")
    ),
    "not-understood-key-of-a-guest": NotUnderstood(pasted="key").for_person(Remedy("guest")),
    "not-understood-key-seen": NotUnderstood(pasted="key", seen_by_all=True),
    "not-understood-token": NotUnderstood(pasted="token"),
}
