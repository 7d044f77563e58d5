"""What the buttons of a list of digests carry: which list it is, its words and its page."""

from dataclasses import dataclass
from typing import Self

from bot.errors import OldButton

PER_PAGE = 10
WORDS = 100  # characters to search for
_HERE, _ALL = "here", "all"


@dataclass(frozen=True, slots=True)
class ListPage:
    """A page of the digests of a channel, or of the whole workspace."""

    everywhere: bool = False  # all digests of the workspace, which managers see
    words: str = ""  # only digests that have all of them
    start: int = 0  # the page's first digest, counted from 0

    def value(self, digest_id: str = "") -> str:
        """Return the `value` of a button, for one digest of the page or for the page."""
        which = _ALL if self.everywhere else _HERE
        return " ".join(filter(None, (digest_id or "-", which, str(self.start), self.words[:WORDS])))

    @classmethod
    def read(cls, value: str) -> tuple[str, Self]:
        """Read what `value` returned: the digest's id, and the page. Before, a value was a digest's id alone.

        Raise OldButton for anything else.
        """
        try:
            digest_id, *more = value.split(maxsplit=3)
            if not more:
                return digest_id, cls()
            which, start, *words = more
            if which not in (_HERE, _ALL):
                raise OldButton
            return digest_id, cls(which == _ALL, " ".join(words), max(int(start), 0))
        except ValueError as error:
            raise OldButton from error


FIRST = ListPage()  # of the channel's digests
