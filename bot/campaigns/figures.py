"""A campaign's numbers at one moment, as digests and readings keep them: nothing about single customers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.campaigns import phone_numbers, routing
from bot.campaigns.campaign import Campaign, CustomerStats

COUNTED = ("pending", "in_progress", "completed", "failed", "expired", "exceeded_max_calls", "cancelled", "skipped")
_LEFT = ("pending", "in_progress")


@dataclass(frozen=True, slots=True)
class TransferProblem:
    """Something that is wrong with a campaign's transfers."""

    subject: str  # the field of the API that decides it, with a group's id or name in place of its index
    kind: str  # one of `routing.Kind`
    says: str = field(default="", compare=False)  # in words: they may be reworded, and it stays the same problem


@dataclass(frozen=True, slots=True)
class Figures:
    """One campaign at one moment. None is "no data", never 0."""

    name: str
    status: str | None = None
    customers: int | None = None
    calls: int | None = None
    today: int | None = None  # calls today
    states: Mapping[str, int] = field(default_factory=dict)  # customers by state: those of COUNTED that the API sent
    ends: datetime | None = None
    findings: tuple[TransferProblem, ...] | None = None  # what is wrong with its transfers; None: not looked at
    starts: datetime | None = None
    updated: datetime | None = None  # when somebody last changed the campaign


def figures_of(campaign: Campaign, *, with_routing: bool = True) -> Figures:
    """Return what is kept of a campaign, with its routing when that is wanted and the API sent it."""
    stats = campaign.customer_stats or CustomerStats()
    states = {state: getattr(stats.status_counts, state, None) for state in COUNTED}
    return Figures(
        name=campaign.name or "",
        status=campaign.status,
        customers=stats.total,
        calls=stats.total_calls,
        today=stats.today_calls,
        states={state: count for state, count in states.items() if count is not None},
        ends=campaign.end_date,
        findings=transfer_problems(campaign) if with_routing and shows_transfers(campaign) else None,
        starts=campaign.start_date,
        updated=campaign.updated_at,
    )


def finished(one: Figures) -> int | None:
    """Count customers neither pending nor in progress. Return None without data, or when the data is contradictory."""
    known = [count for state, count in one.states.items() if state not in _LEFT]
    done = sum(known)
    if not known or min(known) < 0 or one.customers is None or done > one.customers:
        return None
    return done


def left(one: Figures) -> int | None:
    """Count customers still to be called: pending and in progress. Return None unless both are known, and can be."""
    known = [one.states.get(state, -1) for state in _LEFT]
    return None if min(known) < 0 else sum(known)


def transfer_problems(campaign: Campaign) -> tuple[TransferProblem, ...]:
    """Return what breaks the transfers, with phone numbers masked: a group may be named after one."""
    masked = phone_numbers.masked
    return tuple(
        TransferProblem(masked(one.subject), one.kind, masked(routing.plain(one.says)))
        for one in routing.findings(campaign)
        if one.weight == "problem"
    )


def shows_transfers(campaign: Campaign) -> bool:
    """Return whether the answer says how transfers are set up: lists may leave that out, which is no missing set-up."""
    return campaign.transfer_config is not None or routing.destination_is_missing(campaign)
