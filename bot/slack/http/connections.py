"""All open connections, and which of them goes when there are too many."""

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from bot import logs
from bot.slack.http.trouble import Trouble


class Droppable(Protocol):
    """The part of a connection that is needed here."""

    def drop(self) -> None:
        """Close it now."""


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
        self.when_room: Callable[[], None] = lambda: None  # called when a connection has ended, or may be closed

    def may_accept(self, opening: int) -> bool:
        """Return whether there is room for one more beside these and `opening`, or one that may be closed for it."""
        if self._has_room(opening) or self._unproven or self._proven:
            return True
        self._trouble.goes_on()
        return False

    def make_room(self, opening: int) -> None:
        """Close the one that has waited longest, if there is no room for one more."""
        if self._has_room(opening):
            return
        self._trouble.goes_on()
        for line in (self._unproven, self._proven):
            if line:
                self._close(next(iter(line)))
                return

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

    def _has_room(self, opening: int) -> bool:
        return len(self._open) + opening < self._most

    def _close(self, connection: C) -> None:
        self.answers(connection)
        self._open.discard(connection)  # its descriptor is free a moment later
        connection.drop()
