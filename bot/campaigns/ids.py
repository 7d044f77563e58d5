"""Find campaign ids in text and links, and make links of ids."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, unquote, urlsplit

EXAMPLE_ID = "497f6eca-6276-4993-bfeb-53cbbbba6f08"  # from the API reference, to show what an id looks like
# careCycle's own pattern for `campaignId`; the last two are the nil and the max UUID.
_UUID = (
    r"[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
    r"|00000000-0000-0000-0000-000000000000"
    r"|ffffffff-ffff-ffff-ffff-ffffffffffff"
)
# An id must not be a part of a longer word or of a longer chain of hexadecimal groups. But a year or a date may stand
# beside it, as in the names of exported files: `AEP-2026-ID`, `ID-20261120-1530.csv`, `ID-2026-11-20.csv`.
_IN_FRONT = r"(?:(?<![0-9a-f]{4}-)|" + "|".join(
    rf"(?<=(?<![0-9a-z])(?<![0-9a-f]{{4}}-){date}-)" for date in (r"20\d\d", r"20\d{6}")
) + ")"  # fmt: skip
_BEHIND = r"(?:(?!-[0-9a-f]{4})|(?=-20\d\d(?:-?\d\d){0,2}(?:-\d{4,6})?(?![0-9a-z]|-[0-9a-f]{4})))"
_ID = re.compile(rf"(?<![0-9a-z]){_IN_FRONT}({_UUID})(?![0-9a-z]){_BEHIND}", re.IGNORECASE)
_WHOLE_ID = re.compile(_UUID, re.IGNORECASE | re.ASCII)
# An id with characters missing or added, without its dashes, or with a few wrong characters.
_NEARLY_ID = re.compile(
    r"(?<![0-9a-z])(?:[0-9a-z]{6,10}(?:-[0-9a-z]{2,6}){2,3}-[0-9a-z]{6,14}|[0-9a-f]{30,34})(?![0-9a-z])", re.IGNORECASE
)
_NOT_HEXADECIMAL = re.compile(r"[^0-9a-f-]", re.IGNORECASE)
_MOST_WRONG = 2  # characters that are not hexadecimal; the name `medicare-aep-2026-outreach` has nine
# An id without its dashes, the whole of a word.
_UNDASHED = re.compile(
    r"(?<![0-9a-z-])([0-9a-f]{8})([0-9a-f]{4})([1-8][0-9a-f]{3})([89ab][0-9a-f]{3})([0-9a-f]{12})(?![0-9a-z-])",
    re.IGNORECASE,
)
_CUSTOMER = re.compile(r"(?<=/)customers?/[^/?#&]+|(?<=[?&])customer_?(?:id)?=[^&#]+", re.IGNORECASE)
# A link as Slack delivers it, `<https://…|label>`, or as a person typed it.
# Neither part may contain `<`: else matching a text with many unclosed `<` would take quadratic time.
_LINK = re.compile(r"<(https?://[^|<>\s]+)(?:\|([^<>]*))?>|(https?://[^\s<>|\"'”’)\]]+)", re.IGNORECASE)
# Keyboards and word processors replace a hyphen by one of these, and copying adds invisible characters.
_PLAIN = str.maketrans({**dict.fromkeys("‐‑‒–—―−﹣－", "-"), **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad")})


@dataclass(frozen=True, slots=True)
class Links:
    """The links to careCycle's web app."""

    template: str  # a URL in which `{id}` stands for a campaign's id; it may lack `{id}`
    own: str = ""  # the workspace's own, which comes first; empty: none

    def of(self, own: str) -> "Links":
        """Return the links of a workspace with a template of its own, which counts only on the same host."""
        return replace(self, own=own) if own and self._is_ours(own) and "{id}" in own else self

    @property
    def host(self) -> str:
        """The web app's host in lower case. Only links to it may hold a campaign id."""
        return (urlsplit(self.template).hostname or "").lower()

    @property
    def home(self) -> str:
        """The link to the list of campaigns. If the template has an `{id}`, it only leads to the host's start page."""
        if "{id}" not in self.template:
            return self.template
        parts = urlsplit(self.template)
        return f"{parts.scheme}://{parts.netloc}/"

    @property
    def open_campaigns(self) -> bool:
        """Whether a link opens one campaign, and not the list of all."""
        return "{id}" in (self.own or self.template)

    def to(self, campaign_id: str) -> str:
        """Return the link to a campaign, or to the list of campaigns if the template has no `{id}`."""
        return (self.own or self.template).replace("{id}", campaign_id)

    def ids_in(self, text: str) -> tuple[str, ...]:
        """Return every campaign id in `text`, in order, once each, in lower case.

        A link to the web app counts as the campaign it opens, or else as every id in it. Of a link to another host
        only the label is searched. Everywhere else, bare ids count.
        """
        if "://" not in text:  # nearly always: there is no link to take apart
            return tuple(dict.fromkeys(_ids(text)))
        return tuple(dict.fromkeys(found for part in self._parts(text) for found in _ids(part)))

    def campaign_in(self, link: str) -> str | None:
        """Return the campaign that a link to the web app opens. Return None for other links, or without an id.

        Of several ids, choose the first of these: one in a query parameter named after a campaign; the one where the
        template has `{id}`; the last in the path, because an organization's id precedes the campaign's; any other.
        """
        if not self._is_ours(link):
            return None
        return next(_ids(self._of_link(link)), None)

    def has_customer_link(self, text: str) -> bool:
        """Return whether `text` holds a link to the web app that opens a customer."""
        return any(self._is_ours(link) and _CUSTOMER.search(unquote(link)) for link in _links(text))

    def has_other_link(self, text: str) -> bool:
        """Return whether `text` holds a link to a host that is not the web app's."""
        return any(not self._is_ours(link) for link in _links(text))

    def has_own_link(self, text: str) -> bool:
        """Return whether `text` holds a link to the web app, with or without an id."""
        return next(self.own_links(text), None) is not None

    def own_links(self, text: str) -> Iterator[str]:
        """Yield the links to the web app in `text`, in order."""
        return filter(self._is_ours, _links(text))

    def _parts(self, text: str) -> Iterator[str]:
        """Yield the pieces of `text` in which an id counts, in their order."""
        end = 0
        for match in _LINK.finditer(text):
            yield text[end : match.start()]
            link, label, end = match[1] or match[3], match[2] or "", match.end()
            yield self._of_link(link) if self._is_ours(link) else label
        yield text[end:]

    def _of_link(self, link: str) -> str:
        link = _CUSTOMER.sub("", link)  # a customer's id has the form of a campaign's
        if "://" in link[len("https://") :]:  # several links joined by a comma, or one inside another
            return _path_and_query(link)
        return _in_query(link) or self._in_path(link) or _path_and_query(link)

    def _in_path(self, link: str) -> str:
        """Return the part where the template has `{id}`, or else the last part of the path that holds an id."""
        start, marked, _ = (self.own or self.template).partition("{id}")
        at_its_place = re.split("[/?#]", unquote(link[len(start) :]))[0] if marked and link.startswith(start) else ""
        parts = reversed(unquote(urlsplit(link).path).split("/"))
        return next((part for part in (at_its_place, *parts) if any(_ids(part))), "")

    def _is_ours(self, link: str) -> bool:
        try:
            return (urlsplit(link).hostname or "").lower() == self.host
        except ValueError:  # typed text need not be a valid URL
            return False


def is_id(text: str) -> bool:
    """Return whether `text` is a campaign's id and nothing else."""
    return _WHOLE_ID.fullmatch(text) is not None


def has_nearly_an_id(text: str) -> bool:
    """Return whether `text` holds something that looks like an id with characters missing, added, or wrong."""
    return any(len(_NOT_HEXADECIMAL.findall(match[0])) <= _MOST_WRONG for match in _NEARLY_ID.finditer(plain(text)))


def with_dashes(text: str) -> str:
    """Return typed text with dashes in every id that has none. In other text, such a word may be something else."""
    return _UNDASHED.sub(r"\1-\2-\3-\4-\5", text)


def plain(text: str) -> str:
    """Return `text` with plain hyphens and without invisible characters."""
    return text if text.isascii() else text.translate(_PLAIN)


def _links(text: str) -> Iterator[str]:
    for match in _LINK.finditer(text):
        yield match[1] or match[3]


def _ids(text: str) -> Iterator[str]:
    for match in _ID.finditer(plain(text)):
        yield match[1].lower()


def _in_query(link: str) -> str:
    """Return the values with an id among the query parameters that are named after a campaign."""
    named = (value for name, value in parse_qsl(urlsplit(link).query) if "campaign" in name.lower())
    return " ".join(value for value in named if any(_ids(value)))


def _path_and_query(link: str) -> str:
    parts = urlsplit(link)
    return unquote(f"{parts.path}?{parts.query}#{parts.fragment}")
