"""Campaign ids out of text and links, and links out of ids."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

EXAMPLE_ID = "497f6eca-6276-4993-bfeb-53cbbbba6f08"  # of the API's reference: for showing what an id looks like
# careCycle's own pattern for `campaignId`; the last two are the nil and the max UUID.
_UUID = (
    r"[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
    r"|00000000-0000-0000-0000-000000000000"
    r"|ffffffff-ffff-ffff-ffff-ffffffffffff"
)
# Not inside a longer word, nor inside a longer chain of hexadecimal groups; a year or a date beside it is none, as in
# the names of exported files: `AEP-2026-ID`, `ID-20261120-1530.csv`, `ID-2026-11-20.csv`.
_IN_FRONT = r"(?:(?<![0-9a-f]{4}-)|" + "|".join(
    rf"(?<=(?<![0-9a-z])(?<![0-9a-f]{{4}}-){date}-)" for date in (r"20\d\d", r"20\d{6}")
) + ")"  # fmt: skip
_BEHIND = r"(?:(?!-[0-9a-f]{4})|(?=-20\d\d(?:-?\d\d){0,2}(?:-\d{4,6})?(?![0-9a-z]|-[0-9a-f]{4})))"
_ID = re.compile(rf"(?<![0-9a-z]){_IN_FRONT}({_UUID})(?![0-9a-z]){_BEHIND}", re.IGNORECASE)
# An id with a character too few or too many, or without its dashes; or with a few that are wrong.
_NEARLY_ID = re.compile(
    r"(?<![0-9a-z])(?:[0-9a-z]{6,10}(?:-[0-9a-z]{2,6}){2,3}-[0-9a-z]{6,14}|[0-9a-f]{30,34})(?![0-9a-z])", re.IGNORECASE
)
_NOT_HEXADECIMAL = re.compile(r"[^0-9a-f-]", re.IGNORECASE)
_MOST_WRONG = 2  # characters that are not hexadecimal; `medicare-aep-2026-outreach`, a name, has nine
# A link as Slack delivers it, `<https://…|label>`, or as somebody typed it.
# Neither part holds a `<`: else a text of many unclosed ones would take its length squared to read.
_LINK = re.compile(r"<(https?://[^|<>\s]+)(?:\|([^<>]*))?>|(https?://[^\s<>|\"'”’)\]]+)", re.IGNORECASE)
# Keyboards and word processors turn a hyphen into one of these, and copying adds invisible characters.
_PLAIN = str.maketrans({**dict.fromkeys("‐‑‒–—―−﹣－", "-"), **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad")})


@dataclass(frozen=True, slots=True)
class Links:
    """The web app's links: `template` is a URL in which `{id}`, if it is there, stands for a campaign."""

    template: str

    @property
    def host(self) -> str:
        """The host on which a link may hold a campaign id, in lower case."""
        return (urlsplit(self.template).hostname or "").lower()

    @property
    def home(self) -> str:
        """The link to the list of campaigns, as far as it is known: with `{id}` in the template, to its host."""
        if "{id}" not in self.template:
            return self.template
        parts = urlsplit(self.template)
        return f"{parts.scheme}://{parts.netloc}/"

    def to(self, campaign_id: str) -> str:
        """The link to open a campaign; without `{id}` in the template, to the list of campaigns."""
        return self.template.replace("{id}", campaign_id)

    def ids_in(self, text: str) -> tuple[str, ...]:
        """Every campaign id in `text`, in order, once each, in lower case.

        A link counts only on the web app's host: the campaign it opens, or every id behind its path; a bare id counts
        anywhere else.
        """
        if "://" not in text:  # nearly always: no link, nothing to take apart
            return tuple(dict.fromkeys(_ids(text)))
        return tuple(dict.fromkeys(found for part in self._parts(text) for found in _ids(part)))

    def campaign_in(self, link: str) -> str | None:
        """The one campaign that a link to the web app opens; None for a link elsewhere, or without an id.

        Of several ids it is the one that the query calls a campaign's or that is at the template's place, else the last
        in the path: an organization's stands before it, a customer's in the query.
        """
        if not self._is_ours(link):
            return None
        return next(_ids(self._of_link(link)), None)

    def has_other_link(self, text: str) -> bool:
        """Whether `text` holds a link to a host that is not the web app's."""
        return any(not self._is_ours(match[1] or match[3]) for match in _LINK.finditer(text))

    def has_own_link(self, text: str) -> bool:
        """Whether `text` holds a link to the web app, with an id or without."""
        return any(self._is_ours(match[1] or match[3]) for match in _LINK.finditer(text))

    def _parts(self, text: str) -> Iterator[str]:
        """The pieces of `text` in which an id counts, in the order in which they stand."""
        end = 0
        for match in _LINK.finditer(text):
            yield text[end : match.start()]
            link, label, end = match[1] or match[3], match[2] or "", match.end()
            yield self._of_link(link) if self._is_ours(link) else label
        yield text[end:]

    def _of_link(self, link: str) -> str:
        if "://" in link[len("https://") :]:  # several, joined by no more than a comma, or one within another
            return _path_and_query(link)
        return _in_query(link) or self._in_path(link) or _path_and_query(link)

    def _in_path(self, link: str) -> str:
        """The part of its path that names the campaign: at the template's place, else the last that holds an id."""
        start, marked, _ = self.template.partition("{id}")
        at_its_place = re.split("[/?#]", unquote(link[len(start) :]))[0] if marked and link.startswith(start) else ""
        parts = reversed(unquote(urlsplit(link).path).split("/"))
        return next((part for part in (at_its_place, *parts) if any(_ids(part))), "")

    def _is_ours(self, link: str) -> bool:
        try:
            return (urlsplit(link).hostname or "").lower() == self.host
        except ValueError:  # what was typed need not be a URL
            return False


def has_nearly_an_id(text: str) -> bool:
    """Whether `text` holds something that looks like an id with characters missing, added or wrong."""
    return any(len(_NOT_HEXADECIMAL.findall(match[0])) <= _MOST_WRONG for match in _NEARLY_ID.finditer(plain(text)))


def plain(text: str) -> str:
    """`text` with plain hyphens, and without invisible characters."""
    return text if text.isascii() else text.translate(_PLAIN)


def _ids(text: str) -> Iterator[str]:
    for match in _ID.finditer(plain(text)):
        yield match[1].lower()


def _in_query(link: str) -> str:
    """What its query calls a campaign's."""
    named = (value for name, value in parse_qsl(urlsplit(link).query) if "campaign" in name.lower())
    return " ".join(value for value in named if any(_ids(value)))


def _path_and_query(link: str) -> str:
    parts = urlsplit(link)
    return unquote(f"{parts.path}?{parts.query}#{parts.fragment}")
