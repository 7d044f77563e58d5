"""What the readings of a workspace are kept under: the careCycle account, and its time zone."""

from collections import Counter
from datetime import timedelta

from bot.clock import Clock
from bot.insight.assessment import ZONE
from bot.insight.series import AccountReading
from bot.readings.histories import Held
from bot.store import accounts, digests, readings
from bot.store.database import Database
from bot.workspaces.accounts import key_of
from bot.workspaces.workspace import Workspace

BACK = timedelta(days=150)  # what is older hardly counts: a day weighs 0.97 of the one after it


async def account(db: Database, workspace: Workspace) -> str | None:
    """Return the id of the account that was read with the workspace's key. Raise StoreUnavailable.

    None before its first reading, and where readings are switched off.
    """
    connection = workspace.connection
    if connection is None or not workspace.preferences.readings:
        return None
    return await accounts.of(db, workspace.id, key_of(workspace.id, connection))


async def account_of(workspace: Workspace, reading: AccountReading, *, is_new: bool) -> str | None:
    """Return the id of the account that was read now; None when nothing of it may be kept. Raise StoreUnavailable.

    `is_new`: nothing is stored of the workspace yet.
    """
    connection = workspace.connection
    if connection is None or not workspace.preferences.readings:
        return None
    known = workspace.resources.accounts
    return await known.read_with(workspace.address, connection, reading.campaigns.keys(), whole=True, is_new=is_new)


async def load(db: Database, clock: Clock, workspace_id: str, account_id: str) -> Held:
    """Return what is kept of an account, as far back as it counts. Raise StoreUnavailable."""
    kept = await readings.load(db, workspace_id, account_id, clock.now() - BACK)
    return Held(kept.history, kept.last)


async def zone(db: Database, workspace_id: str) -> str:
    """Return the time zone of most digests of the workspace. Raise StoreUnavailable."""
    zones = Counter(one.timetable.zone for one in await digests.of_workspace(db, workspace_id))
    return max(sorted(zones), key=lambda name: zones[name], default=ZONE)
