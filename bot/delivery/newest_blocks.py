"""Post a message in Slack's newer blocks, or in the classic ones in a workspace where Slack refuses the newer ones."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog

from blocks.kit import Message
from bot.clock import Clock
from bot.delivery.compose import Composed
from bot.delivery.slack_port import Refused
from bot.store import digests
from bot.store.database import Database

_PLAIN_FOR = timedelta(days=7)  # before the newer blocks are tried again, after Slack refused them
_log = structlog.get_logger("digests")


async def post(
    db: Database,
    clock: Clock,
    workspace_id: str,
    plain_since: datetime | None,
    composed: Composed,
    send: Callable[[Message], Awaitable[str]],
) -> str:
    """Post a composed digest with `send`, and return its `ts`. Raise what `send` raises, and StoreUnavailable.

    When Slack refuses the newer blocks, remember it, and post the classic ones. `plain_since` is when it last did.
    """
    if plain_since is None or plain_since <= clock.now() - _PLAIN_FOR:
        try:
            return await send(composed.message)
        except Refused as error:
            if error.reason != "blocks":
                raise
        _log.warning("Slack refuses the newer blocks", workspace=workspace_id)
        await digests.note_blocks_refused(db, workspace_id, clock.now())
    return await send(composed.plain)
