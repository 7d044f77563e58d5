"""What needs a person by what careCycle states, without any history: broken transfers, and an end that is past."""

from collections.abc import Mapping
from datetime import datetime, tzinfo

from bot.campaigns import phone_numbers
from bot.campaigns.figures import Figures, left
from bot.insight import dates
from bot.insight.assessment import Assessed, Assessment, OpenProblem, TransferLook
from bot.insight.problems import BrokenTransfers, PastEnd, Problem


def facts(one: Figures, now: datetime, zone: tzinfo) -> tuple[Problem, ...]:
    """Return what is surely wrong with a campaign. Only an active one can need a person."""
    if one.status != "active":
        return ()
    end, rest = dates.ends(one, zone), left(one)
    over = (PastEnd(one.ends),) if one.ends and end and now >= end and rest and rest > 0 else ()
    return (*broken_transfers(one), *over)


def broken_transfers(one: Figures) -> tuple[BrokenTransfers, ...]:
    """Return what breaks the transfers of a campaign; nothing also when nobody looked at them."""
    return tuple(BrokenTransfers(found.subject, found.kind, found.says) for found in one.findings or ())


def assessment_of_facts(campaigns: Mapping[str, Figures], at: datetime, zone: tzinfo) -> Assessment:
    """Return an account as it stands where no readings are kept: facts only, each open since now."""
    assessed = {id_: _assessed(one, at, zone) for id_, one in campaigns.items()}
    unseen = sum(one.status == "active" and one.findings is None for one in campaigns.values())
    return Assessment(at, assessed, not_looked_at=unseen)


def _assessed(one: Figures, at: datetime, zone: tzinfo) -> Assessed:
    look = TransferLook(at, one.status, one.updated) if one.findings is not None else None
    found = tuple(OpenProblem(problem, at, at) for problem in facts(one, at, zone))
    return Assessed(phone_numbers.masked(one.name), one.status, one.customers, left(one), found, transfers=look)
