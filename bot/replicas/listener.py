"""Hear what other replicas changed, and know whether everything was heard."""

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from functools import partial

import structlog

from bot.errors import StoreUnavailable
from bot.logs import places
from bot.stopping import DidNotEnd, cancel
from bot.store import notices
from bot.store.database import Database
from bot.store.notices import Notice

SOUND = 1.0  # seconds: what was committed longer ago than this was heard
_EVERY = 0.45  # seconds between two heartbeats: one may be lost in SOUND
_SELDOM = 5.0  # seconds between two while nobody asks whether it hears
_ASKED = 10.0  # seconds after such a question until nobody counts as asking
_DEAF = 5.0  # seconds without a heartbeat until the connection is given up
_AGAIN = (0.25, 3.0)  # seconds until the next connection: at first, and at most
_POOLED = 30.0  # seconds until the next one where notices are not passed on: that does not change by itself
_PROMPT = 0.25  # seconds: a heartbeat that took longer says nothing of a database that was slow
_ENDING = 1.0  # seconds
_log = structlog.get_logger("bot")


class Listener:
    """Hears the notices of all replicas of a database (`notices.notify`).

    The own heartbeat, which takes the same way as all notices, shows that it hears: PostgreSQL delivers notices in the
    order of their commits. All times are `time.monotonic`. With SQLite there is nothing to hear.
    """

    def __init__(self, db: Database) -> None:
        self._db = db
        self._is_told = db.is_shared
        self._callbacks: defaultdict[str, list[Callable[[str], None]]] = defaultdict(list)
        self._of_others: defaultdict[str, list[Callable[[str], None]]] = defaultdict(list)
        self._missed: list[Callable[[], None]] = []
        self._sent: dict[int, float] = {}  # when each heartbeat that was not heard yet was sent
        self._number = 0
        self._asked = float("-inf")  # when somebody last asked whether it hears
        self._is_asked = asyncio.Event()
        self._heard = float("-inf")  # when the last heartbeat that was heard was sent
        self._begun = False  # one was heard over this connection
        self._why_not = ""
        self._silent_since: float | None = None  # since when nothing is heard, once that was logged
        self._task: asyncio.Task[None] | None = None

    @property
    def is_sound(self) -> bool:
        """Whether everything was heard that was committed more than SOUND ago. Always True with SQLite.

        Only who asks for it lately keeps it True: otherwise heartbeats are seldom.
        """
        self._asked = now = time.monotonic()
        self._is_asked.set()
        return now - self._heard < SOUND or not self._is_told

    @property
    def why_not(self) -> str:
        """Why nothing is heard now, for the log; empty while something is, or that is not known yet."""
        return self._why_not

    def on(self, kind: str, callback: Callable[[str], None], *, of_others: bool = False) -> None:
        """Call `callback` with the payload of each notice of this kind; `of_others`: not with this replica's own."""
        (self._of_others if of_others else self._callbacks)[kind].append(callback)

    def on_missed(self, callback: Callable[[], None]) -> None:
        """Call `callback` when notices may have been missed, and new ones are heard from now on."""
        self._missed.append(callback)

    def start(self) -> None:
        """Begin to listen, until `close`."""
        if self._is_told:
            self._task = asyncio.create_task(self._listen_for_ever(), name="hearing changes")

    async def close(self) -> None:
        """Stop listening. Raise DidNotEnd."""
        if self._task and await cancel({self._task}, _ENDING):
            raise DidNotEnd("hearing changes")

    async def _listen_for_ever(self) -> None:
        pause, most = _AGAIN
        while True:
            why = await self._listen()
            self._heard = float("-inf")  # what is committed from now on is not heard
            self._note_silence(why)
            pause = _AGAIN[0] if self._begun else min(pause * 2, most)
            await asyncio.sleep(_POOLED if why == "pooled" else pause)

    async def _listen(self) -> str:
        """Listen over one connection until it is lost. Return why."""
        self._begun, self._sent = False, {}
        try:
            async with notices.heard(self._db) as told:
                hearing = asyncio.create_task(self._hear(told), name="hearing notices")
                try:
                    return await self._beat(hearing)
                finally:
                    await cancel({hearing}, _ENDING)
        except StoreUnavailable as error:
            return str(error)

    async def _beat(self, hearing: "asyncio.Task[None]") -> str:
        """Send heartbeats for as long as they are heard. Return why they are not any more."""
        all_sent = True
        while not hearing.done():
            now = time.monotonic()
            if now - min(self._sent.values(), default=now) > _DEAF:
                return "pooled" if all_sent and not self._begun else "its heartbeat is not heard"
            self._number += 1
            self._sent[self._number] = now
            try:
                await notices.send_heartbeat(self._db, self._number)
            except StoreUnavailable:
                all_sent = False
            await self._pause(hearing)
        hearing.result()  # raises StoreUnavailable
        return "it was closed"

    async def _pause(self, hearing: "asyncio.Task[None]") -> None:
        """Wait until it is time for the next heartbeat, or nothing more is heard."""
        await asyncio.wait({hearing}, timeout=_EVERY)
        if time.monotonic() - self._asked > _ASKED and not self._sent:
            self._is_asked.clear()
            asked = asyncio.create_task(self._is_asked.wait(), name="waiting for a question")
            try:
                await asyncio.wait({hearing, asked}, timeout=_SELDOM, return_when=asyncio.FIRST_COMPLETED)
            finally:
                asked.cancel()

    async def _hear(self, told: AsyncIterator[Notice | int]) -> None:
        async for notice in told:
            if isinstance(notice, Notice):
                self._pass_on(notice)
            elif (sent_at := self._sent.get(notice)) is not None:
                self._sent = {number: at for number, at in self._sent.items() if number > notice}
                self._note_heartbeat(sent_at)

    def _pass_on(self, notice: Notice) -> None:
        of_another = notice.sender != self._db.sender
        for callback in (*self._callbacks[notice.kind], *(self._of_others[notice.kind] if of_another else ())):
            _call(partial(callback, notice.payload))

    def _note_heartbeat(self, sent_at: float) -> None:
        if not self._begun:
            self._begun = True
            for callback in self._missed:
                _call(callback)
        self._heard = sent_at
        if time.monotonic() - sent_at < _PROMPT:
            self._db.breaker.note_answer()
        if self._silent_since is not None:
            _log.info("changes by other replicas are heard again", after_seconds=round(sent_at - self._silent_since))
            self._silent_since, self._why_not = None, ""

    def _note_silence(self, why: str) -> None:
        self._why_not = why
        if self._silent_since is not None:
            return
        self._silent_since = time.monotonic()
        _log.warning("changes by other replicas are not heard", why=_WORDS.get(why, why), what_then=_UNTIL)


def _call(callback: Callable[[], None]) -> None:
    try:
        callback()
    except Exception as error:  # any error: the next notice must be heard all the same
        _log.error("a change was not followed", error=type(error).__name__, at=places(error))


_WORDS = {
    "pooled": "there is a pooler in transaction mode before the database, such as PgBouncer, and it passes no notices "
    "on: set DATABASE_DIRECT_URL to the address of PostgreSQL itself",
}
_UNTIL = "the API key is asked of the database before each request, and other changes are seen after 30 seconds"
