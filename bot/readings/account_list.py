"""Read an account's list of campaigns: with few requests, shared with digests, and never a part of it."""

from dataclasses import replace
from datetime import timedelta

from bot.campaigns import personal_numbers
from bot.campaigns.figures import Figures
from bot.carecycle.full_list import FullList
from bot.carecycle.rate_limit import Asker
from bot.insight.judge import ACTIVE
from bot.insight.series import AccountReading
from bot.workspaces.workspace import Workspace

LARGE = 1000  # campaigns; of a larger account the active ones are read each time
WHOLE_EVERY = timedelta(days=1)  # for such an account


async def read(workspace: Workspace, asker: Asker, *, only_active: bool) -> FullList[Figures]:
    """Return the account's list, read within the last minute: all of it, or that of its active campaigns.

    Raise NotConnected, or the CareCycleError for which it is not whole: a part of a list is no reading.
    """
    lists, account = workspace.resources.full_lists, workspace.account
    status = ACTIVE if only_active and not lists.known((*account, None)) else None
    pages = workspace.list_pages(asker)
    found = await lists.all((*account, status), lambda number: pages(number, status))
    if found.problem:
        raise found.problem
    return found


def is_large(last: AccountReading | None) -> bool:
    """Return whether the account is so large that its whole list is read once a day only."""
    return last is not None and len(last.campaigns) > LARGE


def reading(found: FullList[Figures], last: AccountReading | None, *, whole: bool) -> AccountReading:
    """Return the list as a reading, with phone numbers in names masked.

    When not `whole`, campaigns that were not active at the last reading are as they were then, and the status of
    those that are not active any more is not known until the whole list is read.
    """
    read_now = {id_: _masked(one) for id_, one in found.campaigns.items()}
    if not whole and last:
        others = {id_: one for id_, one in last.campaigns.items() if id_ not in read_now}
        gone = {id_: replace(one, status=None) if one.status == ACTIVE else one for id_, one in others.items()}
        read_now = {**gone, **read_now}
    return AccountReading(found.as_of, read_now)


def is_whole(found: FullList[Figures], *, only_active: bool) -> bool:
    """Return whether all campaigns were read. careCycle may not know the parameter and send every status."""
    return not only_active or any(one.status != ACTIVE for one in found.campaigns.values())


def _masked(one: Figures) -> Figures:
    name = personal_numbers.masked(one.name)
    return one if name == one.name else replace(one, name=name)
