"""All open connections, and which of them goes when there are too many."""

from collections.abc import Callable
from itertools import islice
from typing import Generic, Protocol, TypeVar

from bot import logs
from bot.slack.http.trouble import Trouble


class Droppable(Protocol):
    """The part of a connection that is needed here."""

    def is_silent(self) -> bool:
        """Return whether nothing has come that was not read yet."""

    def drop(self) -> None:
        """Close it now."""


_CROWDED = 0.75  # of all connections
_TRIES = 32  # looks for a silent one
C = TypeVar("C", bound=Droppable)


class Connections(Generic[C]):
    """The open connections.

    When there are `most` and another one comes, the one goes that has waited longest for its client, first of those
    through which nothing with Slack's signature ever came. So silent clients cannot keep Slack out, however many.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._open: set[C] = set()
        self._unproven: dict[C, None] = {}  # these wait for their clients, the longest first
        self._proven: dict[C, None] = {}
        self._trouble = Trouble("too many connections; the silent ones are closed", "there is room for connections")
        self.log = logs.Seldom("http")  # for what each of them causes
        self.is_leaving = False  # whether clients should go elsewhere
        self.when_room: Callable[[], None] = lambda: None  # called when a connection has ended, or may be closed

    def has_room(self, opening: int) -> bool:
        """Return whether one more may be opened beside these and `opening`."""
        return len(self._open) + opening < self._most

    def are_brief(self) -> bool:
        """Return whether a connection is closed after its answer: for want of room, or because the bot stops."""
        return self.is_leaving or len(self._open) > self._most * _CROWDED

    def will_have_room(self) -> bool:
        """Return whether a client of Slack's requests has hung up or sent the next one, which the event loop reads now.

        Strangers cannot bring this about.
        """
        return any(not connection.is_silent() for connection in islice(self._proven, _TRIES))

    def oldest_silent(self) -> C | None:
        """Return the one that may be closed for a new one. None: all of them are being answered, or have to be read."""
        self._trouble.goes_on()
        for line in (self._unproven, self._proven):
            for connection in islice(line, _TRIES):
                if connection.is_silent():
                    return connection
        return None

    def close(self, connection: C) -> None:
        """Close one to make room."""
        self.answers(connection)
        self._open.discard(connection)  # its descriptor is free a moment later
        connection.drop()

    def add(self, connection: C) -> None:
        """Add a new one, which waits for its client."""
        self._open.add(connection)
        self._unproven[connection] = None

    def remove(self, connection: C) -> None:
        """Remove one that has ended."""
        self.answers(connection)
        self._open.discard(connection)
        self.when_room()

    def waits(self, connection: C, *, proven: bool) -> None:
        """Note that its client has to send something: it may be closed."""
        if connection in self._open:
            self.answers(connection)
            (self._proven if proven else self._unproven)[connection] = None
            self.when_room()

    def answers(self, connection: C) -> None:
        """Note that its client waits for an answer: it is not closed before."""
        self._unproven.pop(connection, None)
        self._proven.pop(connection, None)
