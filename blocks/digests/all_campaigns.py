"""Build the window with all campaigns of a delivered digest: page by page, in an order that the reader chooses."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from blocks import inputs, kit, words
from blocks.campaigns.campaign import STATUS_EMOJI, UNNAMED, status_name
from blocks.card_options import WHOLE, CardOptions, why_short
from blocks.kit import Block
from bot.digests.changes import Leaver
from bot.digests.digest import Digest
from bot.digests.report import Row
from bot.digests.snapshot import NUMBERS
from bot.errors import OldButton

TITLE = "All campaigns"
ORDER, BACK, MORE, CSV = "campaigns.order", "campaigns.back", "campaigns.more", "campaigns.csv"
NEEDS = "needs"  # the order in which those that need a person come first
ORDERS = {
    "calls": "Most calls first",
    NEEDS: "What needs a person first",
    "left": "Most left first",
    "failed": "Most failed first",
    "name": "By name",
}
PER_PAGE, _IN_SECTION, _LEFT = 40, 5, 15  # a section is one paragraph; a screen of a phone takes about two
_NAME = 80  # characters
_DIGITS = 6  # of the number of a page’s first campaign
_NOT_SENT = {
    "refused": (
        "⚠️ Slack does not take a file from this app here, so nothing was sent. A workspace’s own rules may forbid it; "
        "the person who set up this app can find Slack’s reason in the log."
    ),
    "later": "⚠️ Slack is not taking files right now, so nothing was sent. Try again in a minute.",
    "unconfirmed": (
        "⚠️ Slack did not say whether it took the file. Look in your messages with this app before you try again."
    ),
}


@dataclass(frozen=True, slots=True)
class Page:
    """What the controls of the window carry."""

    run: str  # the delivery's id
    order: str = "calls"  # a key of ORDERS
    start: int = 0  # the page's first campaign, counted from 0

    def value(self) -> str:
        """Return the `value` of a button or an option (Slack: 150 characters)."""
        return f"{self.run} {self.order} {self.start}"

    @classmethod
    def read(cls, value: str) -> Self:
        """Read what `value` returned. Raise OldButton for anything else."""
        run, order, start = (*value.split(), "", "", "")[:3]
        if order not in ORDERS or not start.isdecimal() or len(start) > _DIGITS:
            raise OldButton
        return cls(run, order, int(start))


@dataclass(frozen=True, slots=True)
class Campaigns:
    """The campaigns of a delivery."""

    digest: Digest
    rows: Sequence[Row]
    as_of: datetime  # when their numbers were read
    since: datetime | None  # when the delivery before was sent; None: it was the first one
    unread: int = 0  # campaigns that could not be read then
    leavers: Sequence[Leaver] = ()  # those of the delivery before that are not in it
    is_newest_instead: bool = False  # the delivery that was asked for is not kept
    needing: Collection[str] = ()  # ids of those that need a person
    judged_at: datetime | None = None  # the reading that says so; None: nobody knows
    options: CardOptions = WHOLE
    may_send: bool = False  # the app may send files
    note: str = ""  # what became of the file

    @property
    def common_status(self) -> str | None:
        """The status that all of several campaigns have: it is said once. None: each says its own."""
        first, *others = {row.figures.status for row in self.rows} or {None}
        return None if others or len(self.rows) == 1 else first


def window(found: Campaigns, page: Page, metadata: str, now: datetime) -> Block:
    """Build a page of the window."""
    rows = in_order(found, page.order)
    start = min(page.start, max(len(rows) - 1, 0) // PER_PAGE * PER_PAGE)
    page, shown = replace(page, start=start), rows[start : start + PER_PAGE]
    lines = [line(row, found) for row in shown]
    parts = [kit.section("\n".join(lines[at : at + _IN_SECTION])) for at in range(0, len(lines), _IN_SECTION)]
    head = (*_head(found, len(shown), start, now), *_controls(page, found))
    is_last = start + len(shown) == len(rows)
    left = map(kit.section, _who_left(found, now) if is_last else ())
    blocks = [*head, *parts, *left, *_turn(page, len(rows)), *map(kit.context, _ends(found))]
    return {**kit.modal(TITLE, blocks), "private_metadata": metadata}


def instead(found: Campaigns) -> Campaigns:
    """Return the campaigns of the newest delivery, in place of one that is not kept."""
    return replace(found, is_newest_instead=True)


def sending(found: Campaigns) -> Campaigns:
    """Return the campaigns with a note that their file is on its way, and without the button for another one."""
    return replace(found, note="One moment: the file is being sent …", may_send=False)


def sent(found: Campaigns) -> Campaigns:
    """Return the campaigns with a note that their file has arrived."""
    count = len(found.rows)
    which = "the campaign" if count == 1 else f"all {words.number(count)} campaigns"
    return replace(found, note=f"✅ The file with {which} is in your messages with this app.")


def not_sent(found: Campaigns, why: str) -> Campaigns:
    """Return the campaigns with a note why their file has not arrived: a key of _NOT_SENT."""
    return replace(found, note=_NOT_SENT[why])


def gone(digest: Digest) -> Block:
    """Build the window for a digest of which no delivery is kept."""
    name = words.literal(digest.name, 100)
    return kit.modal(TITLE, [kit.section(f"The numbers of *{name}* are no longer kept. The next one has new ones.")])


def in_order(found: Campaigns, order: str) -> list[Row]:
    """Return the campaigns in one of ORDERS. Alike ones, and those without the number, are by name."""
    by_name = sorted(found.rows, key=lambda row: (row.figures.name.casefold(), row.id))
    if order == NEEDS:
        return sorted(by_name, key=lambda row: (row.id not in found.needing, -(NUMBERS["left"](row.figures) or 0)))
    if order == "name":
        return by_name
    return sorted(by_name, key=lambda row: -_ranked(row, order, found))


def line(row: Row, found: Campaigns) -> str:
    """Say one campaign in two lines, also on a phone: its name and calls, and its other numbers (mrkdwn).

    What the sign before a name means is said above all of them.
    """
    figures = row.figures
    name = words.literal(figures.name, _NAME) or UNNAMED
    about = (
        f"{'⚠️ ' if row.id in found.needing else ''}*{name}*",
        words.amount(_calls(row, found), "call"),
        "" if found.common_status else _status(figures.status),
        "new here" if row.is_new else "",
    )
    counts = ("completed", "failed", "left")
    said = (f"{words.number(NUMBERS[one](figures))} {one}" for one in counts)
    return f"{'  ·  '.join(filter(None, about))}\n{' · '.join(said)}"


def _status(status: str | None) -> str:
    return f"{STATUS_EMOJI.get(status or '', '')} {words.literal(status_name(status), 60)}".strip()


def _who_left(found: Campaigns, now: datetime) -> Iterator[str]:
    """Yield paragraphs with the campaigns that are no longer in the digest (mrkdwn)."""
    lines = [_left(one) for one in found.leavers[:PER_PAGE]]
    if not lines or not found.since:
        return
    lines.insert(0, f"*No longer here since {words.moment(found.since, now)}*")
    if (beyond := len(found.leavers) - PER_PAGE) > 0:
        lines.append(f"and {words.number(beyond)} more")
    yield from ("\n".join(lines[at : at + _LEFT]) for at in range(0, len(lines), _LEFT))


def _left(one: Leaver) -> str:
    status = f"  ·  {_status(one.status)}" if one.status else ""
    return f"{words.literal(one.name, _NAME) or UNNAMED}{status}"


def _calls(row: Row, found: Campaigns) -> int | None:
    """Return the calls since the delivery before; of the first one, all calls. None: unknown."""
    return NUMBERS["calls"](row.figures) if found.since is None else row.changes.get("calls")


def _ranked(row: Row, order: str, found: Campaigns) -> int:
    number = _calls(row, found) if order == "calls" else NUMBERS[order](row.figures)
    return -1 if number is None else number


def _head(found: Campaigns, shown: int, start: int, now: datetime) -> Iterator[Block]:
    if found.note:
        yield kit.section(found.note)
    if found.is_newest_instead:
        yield kit.section("⚠️ The numbers of that one are no longer kept. These are of the newest one.")
    count, name = len(found.rows), words.literal(found.digest.name, 100)
    place = "" if shown == count else f", {words.number(start + 1)} to {words.number(start + shown)}"
    calls = f"calls since {words.moment(found.since, now)}" if found.since else "calls in total"
    status = f", all {words.literal(status_name(found.common_status), 60).lower()}" if found.common_status else ""
    yield kit.section(f"*{name}*  ·  {words.amount(count, 'campaign')}{place}{status}")
    needing = (
        f"⚠️ needs a person, as of {words.moment(found.judged_at, now)}" if found.needing and found.judged_at else ""
    )
    as_of = f"as of {words.moment(found.as_of, now, ago=True)}"
    yield kit.context(as_of, calls, "completed, failed and left in total", needing)


def _controls(page: Page, found: Campaigns) -> Iterator[Block]:
    options = {replace(page, order=order, start=0).value(): label for order, label in ORDERS.items()}
    controls = (
        *((inputs.menu(ORDER, options, replace(page, start=0).value()),) if len(found.rows) > 1 else ()),
        *((kit.button("Send me a CSV", CSV, value=page.value()),) if found.may_send and found.rows else ()),
    )
    if controls:
        yield kit.actions(*controls)


def _turn(page: Page, count: int) -> Iterator[Block]:
    back = replace(page, start=max(page.start - PER_PAGE, 0)).value()
    more = replace(page, start=page.start + PER_PAGE).value()
    buttons = (
        *((kit.button("◀ Back", BACK, value=back),) if page.start else ()),
        *((kit.button("More ▶", MORE, value=more),) if page.start + PER_PAGE < count else ()),
    )
    if buttons:
        yield kit.actions(*buttons)


def _ends(found: Campaigns) -> Iterator[str]:
    if found.unread:
        yield f"{words.amount(found.unread, 'campaign')} could not be read then and {_is(found.unread)} not here."
    if found.options.short:
        yield why_short(found.options)


def _is(count: int) -> str:
    return "is" if count == 1 else "are"
