"""Look up what has become of campaigns that no longer fit a digest, with few requests."""

from collections.abc import Mapping, Sequence

from bot.campaigns.campaign import Reading
from bot.campaigns.figures import Figures, figures_of
from bot.digests.changes import Leavers, fits
from bot.digests.digest import CampaignFilter
from bot.errors import CampaignNotFound, CareCycleError, RateLimited
from bot.workspaces.digest_campaigns import FEW, SPARE, DigestCampaigns

_NOT_ASKED = RateLimited.__name__  # no request was left for it


async def look_up(
    reads: DigestCampaigns, ids: Sequence[str], choice: CampaignFilter, last: Mapping[str, Figures]
) -> Leavers:
    """Return what became of these campaigns, and those of which that is not known. Raise nothing of careCycle's.

    The whole list is asked first, if it is in memory; then up to FEW are read singly. `last` are the campaigns in the
    account's last reading: of more campaigns than FEW it tells those that no longer fit, and else the whole list does.
    That a list leaves a campaign out does not mean that it is gone.
    """
    found = _of(ids, await reads.all_statuses(may_read=False))
    if len(rest := _rest(ids, found)) > FEW:
        found |= {id_: one for id_, one in _of(rest, last).items() if one.status and not fits(id_, one, choice)}
    if len(rest := _rest(ids, found)) > FEW:
        found |= _of(rest, await reads.all_statuses(may_read=True))
    rest = _rest(ids, found)
    read = await reads.singly(rest[: max(min(FEW, reads.room() - SPARE), 0)])
    gone = {id_: None for id_, one in read.items() if isinstance(one, CampaignNotFound)}
    singly = {id_: figures for id_, one in read.items() if (figures := _figures(one))}
    owed = {id_: _why(read.get(id_)) for id_ in rest if id_ not in gone and id_ not in singly}
    return Leavers({**found, **singly, **gone}, owed)


def _of(ids: Sequence[str], there: Mapping[str, Figures]) -> dict[str, Figures]:
    return {id_: there[id_] for id_ in ids if id_ in there}


def _rest(ids: Sequence[str], found: Mapping[str, Figures]) -> list[str]:
    return [id_ for id_ in ids if id_ not in found]


def _figures(one: Reading | CareCycleError) -> Figures | None:
    """Return the figures of a record, but not of an old one that stands in while careCycle fails."""
    return figures_of(one.campaign) if isinstance(one, Reading) and one.problem is None else None


def _why(one: Reading | CareCycleError | None) -> str:
    error = one.problem if isinstance(one, Reading) else one
    return type(error).__name__ if error else _NOT_ASKED
