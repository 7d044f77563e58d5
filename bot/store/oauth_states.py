"""Store OAuth states. Each is valid once, for ten minutes, and is stored as a fingerprint."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete

from bot.store.database import Database

SECONDS = 600


async def issue(db: Database, now: datetime) -> str:
    """Store and return a new state, and delete the expired ones."""
    state, table = secrets.token_urlsafe(32), db.tables.oauth_states
    async with db.writing() as connection:
        await connection.execute(delete(table).where(table.c.expires_at <= now))
        await connection.execute(
            table.insert().values(digest=_fingerprint(state), expires_at=now + timedelta(seconds=SECONDS))
        )
    return state


async def consume(db: Database, state: str, now: datetime) -> bool:
    """Delete a state. Return whether it was issued, had not expired, and was not used before."""
    table = db.tables.oauth_states
    async with db.writing() as connection:
        gone = await connection.execute(
            delete(table).where(table.c.digest == _fingerprint(state), table.c.expires_at > now)
        )
    return gone.rowcount == 1


def _fingerprint(state: str) -> str:
    return sha256(state.encode()).hexdigest()
