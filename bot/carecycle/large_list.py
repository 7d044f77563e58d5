"""Read a list of campaigns that is too large to be held at once, as it arrives.

A hundred campaigns with all agents of their routing are many megabytes. Of each campaign only the fields that a list
needs are kept: without the transfers and appointments, as in a list for which careCycle does not send them at all.
"""

from decimal import Decimal
from typing import Any, Final

from bot.campaigns.campaign import Campaign
from bot.campaigns.readable_text import readable
from bot.carecycle.responses import Json
from bot.errors import Unreadable

LIMIT = 32 * 1024 * 1024  # bytes, unpacked
_ONE = 2 * 1024 * 1024  # bytes between the ends of two campaigns; a single one has the same limit
_LEFT_OUT = {"transfer_config", "appointment_config", "required_vars", "campaign_automations", "assistants"}
_KEPT: Final = frozenset(
    field.alias for name, field in Campaign.model_fields.items() if field.alias and name not in _LEFT_OUT
)
_OF_PAGE: Final = frozenset(("itemsTotal", "currentPage", "nextPage", "prevPage", "items", "code"))
_DEEPER: Final = {"start_map": 1, "start_array": 1, "end_map": -1, "end_array": -1}
_ITEM_DEPTH = 3  # open containers inside a campaign: the answer, its `items`, the campaign


class LargeList:
    """The answer so far. Feed it the unpacked bytes in turn, then take the `page`."""

    def __init__(self) -> None:
        import ijson  # here: most processes never read such a list, and it takes memory

        self._broken = ijson.JSONError
        self._events = ijson.sendable_list()
        self._parser = ijson.basic_parse_coro(self._events)  # floats would limit whole numbers to 64 bits
        self._builder = _Builder()
        self._bytes = 0
        self._since = 0  # bytes since the last campaign ended

    def feed(self, part: bytes) -> None:
        """Read on. Raise Unreadable when it is no JSON, or too large."""
        if not part:  # which would end the JSON
            return
        before = self._builder.ended
        self._bytes += len(part)
        self._send(part)
        self._since = 0 if self._builder.ended > before else self._since + len(part)
        if self._bytes > LIMIT or self._since > _ONE:
            raise Unreadable("answer too large", "large")

    def page(self) -> Json:
        """Return the answer, with shortened campaigns. Raise Unreadable when it is not whole, or no object."""
        self._send(b"")
        if not isinstance(self._builder.root, dict):
            raise Unreadable("no JSON object")
        return self._builder.root

    def _send(self, part: bytes) -> None:
        try:
            self._parser.send(part)
        except StopIteration:  # as at the end of every JSON text
            pass
        except (self._broken, UnicodeDecodeError):
            raise Unreadable("no JSON object") from None
        self._builder.take(self._events)
        self._events.clear()


class _Builder:
    """Builds the answer from the parser's events, but for what is not kept."""

    def __init__(self) -> None:
        self.root: Any = None  # Any: JSON from outside
        self.ended = 0  # campaigns that are complete
        self._open: list[Any] = []  # the containers that are open, outermost first
        self._keys: list[str] = []  # in each open container, the key of the value to come
        self._skipped = 0  # containers that are open within a value that is not kept

    def take(self, events: list[tuple[str, Any]]) -> None:
        """Take the next events."""
        for event, value in events:
            if self._skipped:  # most events are such ones
                self._skipped += _DEEPER.get(event, 0)
            elif event == "map_key":
                self._keys[-1] = readable(value)
            elif event in ("end_map", "end_array"):
                self._end()
            elif event in ("start_map", "start_array"):
                self._begin({} if event == "start_map" else [])
            elif self._is_kept():
                self._put(value)

    def _begin(self, container: Json | list[Any]) -> None:
        if not self._is_kept():
            self._skipped = 1
            return
        self._put(container)
        self._open.append(container)
        self._keys.append("")

    def _end(self) -> None:
        self.ended += len(self._open) == _ITEM_DEPTH
        self._open.pop()
        self._keys.pop()

    def _put(self, value: object) -> None:
        if isinstance(value, Decimal):
            value = float(value)
        elif isinstance(value, str):
            value = readable(value)
        if not self._open:
            self.root = value
        elif isinstance(self._open[-1], dict):
            self._open[-1][self._keys[-1]] = value
        else:
            self._open[-1].append(value)

    def _is_kept(self) -> bool:
        depth = len(self._open)
        if depth == 1:
            return self._keys[-1] in _OF_PAGE
        return depth != _ITEM_DEPTH or self._keys[-1] in _KEPT
