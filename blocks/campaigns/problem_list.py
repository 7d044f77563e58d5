"""Build the pages of what needs a person: the account first, then its campaigns, most customers waiting first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from blocks import kit, words
from blocks.campaigns import times
from blocks.campaigns.campaign import CHECK, OPEN, STATUS_EMOJI, status_name
from blocks.campaigns.listing import PER_PAGE, PageState, filters, turn
from blocks.campaigns.problems import Wording, account_wide, ordered, wording
from blocks.campaigns.quiet import is_all_quiet, lines, name
from blocks.campaigns.quiet_buttons import OPEN as QUIET
from blocks.campaigns.quiet_buttons import SHOW, of_campaign
from blocks.campaigns.sharing import shared
from blocks.campaigns.unjudged import of_active, unjudged
from blocks.card_options import WHOLE, CardOptions, why_short
from blocks.kit import Block, Message
from blocks.notices import out_of_date
from bot.errors import BotError, OldButton
from bot.insight.assessment import Assessed, Assessment, Current, OnIt

ON_IT, TAKE_OVER = "problems.on_it", "problems.take_over"
ACCOUNT = ""  # stands for a campaign's id where the trouble is the account's
_NAME = 100  # characters
_MOST = 6  # problems of one campaign
_ALL = "account"  # the account in a button's value

Found = tuple[str, Assessed]  # a campaign's id, and the campaign


@dataclass(frozen=True, slots=True)
class View:
    """For whom a page is drawn, when, and what it knows."""

    now: datetime
    options: CardOptions = WHOLE
    reader: str | None = None  # Slack id of the only person who sees it; None: everybody in the conversation does
    readings: bool = True  # the account is read regularly; without that only facts are known
    trouble: BotError | None = None  # why there is no newer reading


@dataclass(frozen=True, slots=True)
class Press:
    """What the button *I'm on it* carries: of which trouble, who took care of it when that was drawn, and the page."""

    campaign_id: str  # ACCOUNT: the whole account
    by: str | None  # Slack id
    page: PageState

    def value(self) -> str:
        """Return the `value` of a button."""
        return " ".join((self.campaign_id or _ALL, self.by or "-", self.page.value()))

    @classmethod
    def read(cls, value: str) -> Self:
        """Read what `value` returned. Raise OldButton for anything else."""
        try:
            campaign_id, by, page = value.split(maxsplit=2)
        except ValueError as error:
            raise OldButton from error
        return cls(ACCOUNT if campaign_id == _ALL else campaign_id, None if by == "-" else by, PageState.read(page))


@dataclass(frozen=True, slots=True)
class _Scene:
    """What all parts of a page use."""

    current: Current
    state: PageState
    view: View
    said: Wording

    @property
    def assessment(self) -> Assessment:
        return self.current.assessment

    def who(self, campaign_id: str) -> str:
        """Say who takes care of it, and since when (mrkdwn). Empty when nobody does."""
        on_it = self.current.on_it.get(campaign_id)
        return f"<@{on_it.by}> has been on it since {times.moment(on_it.at, self.said)}" if on_it else ""


def needing(current: Current, now: datetime, options: CardOptions = WHOLE) -> Sequence[Found]:
    """Return the campaigns whose problems may be shown, most customers waiting first; what is all quiet comes last."""
    found = [(id_, one) for id_, one in current.assessment.needing_a_person() if ordered(one, options)]
    return sorted(found, key=lambda pair: is_all_quiet(pair[0], pair[1], current, now, options))


def page(current: Current, state: PageState, view: View) -> Message:
    """Build a page: ten campaigns with all that is wrong, how it was found, and who is on it."""
    scene = _Scene(current, state, view, wording(current.assessment, view.now, waiting=False))
    found = needing(current, view.now, view.options)
    shown = found[state.start : state.start + PER_PAGE]
    everywhere = account_wide(current.assessment, scene.said)
    old = out_of_date(view.trouble, current.assessment.at) if view.trouble else ""
    title, place = _title(len(found), len(shown), everywhere, scene)
    ends = tuple(_ends(scene))
    spoken = (_spoken_account(everywhere, scene) if everywhere else "", *(_spoken(one, scene) for one in shown))
    text = "\n".join(filter(None, (old.replace("*", ""), f"{title}{place}", *spoken, *ends)))
    has_more = state.start + PER_PAGE < len(found)
    return Message(
        words.shorten(text, kit.TEXT),
        (
            *((kit.section(old),) if old else ()),
            kit.section(f"*{title}*{place}"),
            filters(state),
            *((_account(everywhere, scene),) if everywhere else ()),
            *(block for one in shown for block in _row(one, scene)),
            *turn(state, has_more=has_more),
            *(kit.context(end) for end in ends),
        ),
    )


def taken(name: str, on_it: OnIt, press: Press, said: Wording) -> Message:
    """Say who takes care of it already, with a button to take over. `name` is the campaign's; empty: the account."""
    of = f"*{words.literal(name, _NAME)}*" if name else "the whole account"
    text = f"<@{on_it.by}> has been on {of} since {times.moment(on_it.at, said)}."
    return Message(
        text, (kit.section(text), kit.actions(kit.button("Take over", TAKE_OVER, value=press.value()))), private=True
    )


def _title(found: int, shown: int, everywhere: str, scene: _Scene) -> tuple[str, str]:
    """Return how many need a person, and beside it which of them are shown, and the age of the reading (mrkdwn)."""
    age = "" if scene.view.trouble else f"as of {times.moment(scene.assessment.at, scene.said)}"
    if not found and not everywhere:
        return _nothing(scene), f", {age}" if age else ""
    who = (*(("The account",) if everywhere else ()), *((words.amount(found, "campaign"),) if found else ()))
    needs = "needs" if len(who) == 1 and (found == 1 or everywhere) else "need"
    first = scene.state.start + 1
    place = f"{words.number(first)} to {words.number(first + shown - 1)}" if found > PER_PAGE and shown else ""
    return f"{' and '.join(who)} {needs} a person", "".join(f"  ·  {part}" for part in (place, age) if part)


def _nothing(scene: _Scene) -> str:
    """Say that nothing needs a person, as far as that is known."""
    of = of_active(scene.assessment)
    if scene.view.options.short:
        return f"Nothing that is shown here needs a person{of}"
    sure = not unjudged(scene.assessment, readings=scene.view.readings)
    return f"{'Nothing needs a person' if sure else 'Nothing was found that needs a person'}{of}"


def _account(everywhere: str, scene: _Scene) -> Block:
    """Build the line of an account that stands still, with *I'm on it* beside it."""
    who = scene.who(ACCOUNT)
    button = _on_it(ACCOUNT, scene) if scene.view.readings else None
    return kit.section("\n".join(filter(None, (f"🔴 *{everywhere}*", who and f"👤 {who}"))), button=button)


def _row(found: Found, scene: _Scene) -> Iterator[Block]:
    campaign_id, one = found
    mark = STATUS_EMOJI.get(one.status or "", "")
    who = scene.who(campaign_id)
    lines = (
        f"{mark} *{name(*found)}*".strip(),
        "  ·  ".join(_stands(one)),
        *(f"•  {said}" for said in _sentences(found, scene)),
        who and f"👤 {who}",
    )
    yield kit.section("\n".join(filter(None, lines)))
    yield kit.actions(
        kit.button("Check", CHECK, value=campaign_id),
        kit.button("Open", OPEN, value=campaign_id),
        *((_on_it(campaign_id, scene), _quiet(found, scene)) if scene.view.readings else ()),
    )


def _quiet(found: Found, scene: _Scene) -> Block:
    """Build the button that keeps digests from telling it again, or shows until when they are kept from that."""
    value, view = of_campaign(found[0]), scene.view
    is_quiet = is_all_quiet(*found, scene.current, view.now, view.options)
    return kit.button("Quiet …", SHOW, value=value) if is_quiet else kit.button("Quiet until …", QUIET, value=value)


def _on_it(campaign_id: str, scene: _Scene) -> Block:
    """Build the button. Who has pressed it gives it back with the same button, which says so where only they see it."""
    on_it = scene.current.on_it.get(campaign_id)
    by = on_it.by if on_it else None
    label = "No longer on it" if by and by == scene.view.reader else "I’m on it"
    return kit.button(label, ON_IT, value=Press(campaign_id, by, scene.state).value())


def _sentences(found: Found, scene: _Scene) -> Iterator[str]:
    all_lines = list(lines(*found, scene.current, scene.said, scene.view.options))
    yield from all_lines[:_MOST]
    if len(all_lines) > _MOST:
        yield f"and {words.number(len(all_lines) - _MOST)} more"


def _stands(one: Assessed) -> Iterator[str]:
    yield words.literal(status_name(one.status), 40)
    if one.left is not None and one.left >= 0:
        yield f"{words.number(one.left)} waiting"


def _spoken(found: Found, scene: _Scene) -> str:
    """Say a campaign in words, for notifications and screen readers (mrkdwn)."""
    said = "; ".join(_sentences(found, scene))
    return ". ".join(filter(None, (f"{', '.join((name(*found), *_stands(found[1])))}; {said}", scene.who(found[0]))))


def _spoken_account(everywhere: str, scene: _Scene) -> str:
    return ". ".join(filter(None, (everywhere, scene.who(ACCOUNT))))


def _ends(scene: _Scene) -> Iterator[str]:
    """Yield the lines below: what could not be judged, why the page is short, and who shared it."""
    view, by = scene.view, scene.state.shared_by
    missing = "  ·  ".join(unjudged(scene.assessment, view.options, readings=view.readings))
    yield from filter(None, (missing, "  ·  ".join(filter(None, (why_short(view.options), shared(by) if by else "")))))
