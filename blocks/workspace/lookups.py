"""Build a person's recent campaigns on the App Home, each with how it stands."""

from collections.abc import Iterator
from datetime import datetime

from blocks import kit, notices, words
from blocks.campaigns.campaign import STATUS_EMOJI, UNNAMED, status_name
from blocks.kit import Block
from blocks.workspace.home_state import Home
from bot.errors import KeyRefused, RateLimited, Unavailable, Unreadable
from bot.insight.assessment import Assessed, Current
from bot.insight.quiet import quiet_of
from bot.records import LOOKUPS_KEPT, Lookup

OPEN, CLEAR = "home.open", "home.clear"
_SHORT_ID = 8  # characters, enough to tell campaigns apart; the button holds the whole id


def lookups(home: Home) -> Iterator[Block]:
    """Yield the recent campaigns, or why they are not shown."""
    yield kit.header("Your recent campaigns")
    if home.unread:
        yield kit.section("⚠️ This app cannot reach its own database, so your recent campaigns are not shown.")
    if home.lookups is None:
        yield kit.context("One moment …")
        return
    if not home.lookups:
        if not home.unread:
            yield kit.section("None yet. The campaigns you look up appear here.")
        return
    if home.nameless and (line := _why_nameless(home)):
        yield kit.context(line)
    yield from (_row(one, home) for one in home.lookups)
    yield kit.actions(kit.button("Clear", CLEAR, confirm=_ARE_YOU_SURE))
    yield kit.context(f"Only you see these. They are kept for {LOOKUPS_KEPT.days} days.")


def _why_nameless(home: Home) -> str:
    if home.asking:
        return "Asking careCycle for their names …"
    if home.problem is None or isinstance(home.problem, KeyRefused):  # that is said above
        return ""
    if isinstance(home.problem, RateLimited):
        return "⚠️ careCycle’s request limit was reached, so names are missing here."
    if isinstance(home.problem, Unavailable):
        return "⚠️ careCycle is not answering, so names are missing here."
    if isinstance(home.problem, Unreadable):
        reference = f"The reference for support is `{home.problem.reference}`."
        return f"⚠️ {notices.CANNOT_READ}, so names are missing here. {reference}"
    return "⚠️ careCycle did not give their names."


def _row(one: Lookup, home: Home) -> Block:
    name, judged = home.names.get(one.campaign_id), home.judged
    found = judged.assessment.campaigns.get(one.campaign_id) if judged else None
    shown = "Campaign" if name is None else words.literal(name, 100) or UNNAMED
    mark = f"{STATUS_EMOJI.get(found.status or '', '')} " if found else ""
    said = _stands(one.campaign_id, found, judged, home.now) if found and judged else ()
    stands = "  ·  ".join((*said, f"`{one.campaign_id[:_SHORT_ID]}`"))
    text = f"{mark}*{shown}*\n{stands}  ·  {words.moment(one.at, home.now)}".lstrip()
    return kit.section(text, button=kit.button("Open", OPEN, value=one.campaign_id))


def _stands(campaign_id: str, one: Assessed, current: Current, now: datetime) -> Iterator[str]:
    """Yield how a campaign stands, as the account's last reading showed it."""
    yield words.literal(status_name(one.status), 40)
    if one.left is not None and one.left >= 0 and one.status == "active":
        yield f"{words.number(one.left)} waiting"
    quiet = sum(quiet_of(current, campaign_id, problem, now) is not None for problem in one.problems)
    if loud := len(one.problems) - quiet:
        yield f"⚠️ {words.amount(loud, 'problem')}"
    if quiet:
        yield f"🔕 {words.amount(quiet, 'quiet problem')}"


_ARE_YOU_SURE = kit.confirm(
    "Clear your recent campaigns?", "The list is deleted, only for you. Nothing happens to the campaigns.", "Clear"
)
