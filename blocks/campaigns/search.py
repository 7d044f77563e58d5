"""Build the search form and the results of a search."""

from collections.abc import Sequence

from blocks import inputs, kit, words
from blocks.campaigns.campaign import UNNAMED
from blocks.campaigns.problem_list import Found
from blocks.campaigns.rows import age, not_looked_at, row, spoken
from blocks.campaigns.short_list import share_button
from blocks.campaigns.which import looked_at, why_listed
from blocks.card_options import WHOLE, CardOptions, why_short
from blocks.kit import Block, Json, Message
from bot.campaigns.listing import Entry, Listing
from bot.errors import RateLimited
from bot.insight.assessment import Assessed

Option = dict[str, Json]
FIND, PICK, ID, WHERE, CONVERSATION = "find", "pick", "id", "where", "conversation"
TITLE = "Find a campaign"
NOTHING = "-"  # the value of an option that is only a message
LIMIT_NEAR = (
    "careCycle’s request limit is almost reached: use the id field"  # the last requests are needed for that field
)
_OPTIONS = 100  # Slack: options in an answer
_MOST_HITS = 10
_WHERE = {"me": "Only to me, here", "there": "To everybody in a conversation"}


def none_in_message(*, nearly: bool) -> str:
    """Say why the search form opens: the message holds no campaign id (mrkdwn).

    `nearly`: the message holds something that resembles an id.
    """
    if nearly:
        return "That message has something like a campaign id, but a character is wrong or missing."
    return "That message has no campaign id and no link to a campaign."


def without_form(says: str, command: str) -> Message:
    """Build the notice for when Slack does not open the form. `says` tells what happened (mrkdwn)."""
    text = f"{says} You can also type `{command}` and part of a campaign’s name."
    return Message(text, (kit.section(text),))


def form(metadata: str, *, note: str = "") -> Block:
    """Build the search form. `note` says why it opened (mrkdwn)."""
    rows: list[Block] = [kit.section(note)] if note else []
    rows += [
        _select(),
        inputs.text(ID, "Or its name, id or link", most=1000, optional=True),
        inputs.choice(WHERE, "Show it", _WHERE, "me"),
        _conversation(),
    ]
    return inputs.form(TITLE, FIND, rows, submit="Show", metadata=metadata)


def options(listing: Listing, typed: str) -> list[Option]:
    """Build the select's options: name, status and beginning of the id. Without campaigns, one option says why."""
    made = [_option(entry) for entry in listing.entries[:_OPTIONS]]
    made = made or [_option(entry, "Did you mean this?") for entry in listing.near]
    return made or [_line(_why_none(listing, typed))]


def with_problems(found: Sequence[Found]) -> list[Option]:
    """Build options of the campaigns that need a person, in this order, or one that says there is none."""
    made = [_of_problems(campaign_id, one) for campaign_id, one in found[:_OPTIONS]]
    return made or [_line("Nothing was found that needs a person")]


def only_says(text: str) -> list[Option]:
    """Build the select's only option when there is nothing to choose from: a message."""
    return [_line(text)]


def hits(typed: str, listing: Listing, command: str, options: CardOptions | None = None) -> Message:
    """Build the results of a search: the campaigns that hold what was typed, or that there are none.

    Without `options` the rows say nothing of transfers, which only the company itself may see.
    """
    shown = f"“{words.literal(typed, 80)}”"
    if not listing.entries:
        return _none(shown, listing, command)
    shown_as = options or CardOptions(short="shared")
    found, more = listing.entries[:_MOST_HITS], len(listing.entries) - _MOST_HITS
    count = f"{'' if listing.whole else 'At least '}{words.amount(len(listing.entries), 'campaign')}"
    text = f"{count} with {shown}"
    ends = [f"and {words.number(more)} more: type more of the name"] if more > 0 else []
    if listing.problem:
        ends.append("careCycle could not be checked just now; these are from the last few minutes")
    ends += filter(None, (looked_at(listing), age(found), not_looked_at(found, shown_as), why_short(options or WHOLE)))
    said = "\n".join((text, *(spoken(entry, shown_as) for entry in found), "  ·  ".join(ends)))
    return Message(
        words.shorten(said, kit.TEXT),
        (
            kit.section(f"*{text}*"),
            *(row(entry, shown_as, note=why_listed(entry, listing.words)) for entry in found),
            kit.actions(share_button(entry.id for entry in found)),
            *((kit.context(*ends),) if ends else ()),
        ),
        private=True,
    )


def _none(shown: str, listing: Listing, command: str) -> Message:
    if listing.problem:
        text = f"Nothing with {shown} was found, but careCycle could not be checked just now. Try again in a minute."
    elif listing.whole:
        text = f"No campaign in this account has {shown} in its name or description. `{command} list` shows them all."
    else:
        text = f"Nothing with {shown} was found. {looked_at(listing)} Type more of the name, or paste the id."
        text = text.replace("  ", " ")
    return Message(text, (kit.section(text),), private=True)


def _option(entry: Entry, asked: str = "") -> Option:
    name = words.clean(entry.name, 60) or UNNAMED
    status = words.clean(words.sentence_case(entry.status), 30) if entry.status else "Status not given"
    trouble = f"⚠️ {words.amount(len(entry.problems), 'problem')} ·" if entry.problems and entry.is_active else ""
    about = " ".join(filter(None, (asked, trouble, f"{status} · {entry.id[:8]}")))
    return {
        "text": {"type": "plain_text", "text": words.shorten(name, 75), "emoji": False},
        "description": {"type": "plain_text", "text": about, "emoji": bool(trouble)},
        "value": entry.id,
    }


def _of_problems(campaign_id: str, one: Assessed) -> Option:
    waiting = f" · {words.number(one.left)} waiting" if one.left is not None and one.left >= 0 else ""
    name = words.shorten(words.clean(one.name, 60) or UNNAMED, 75)
    stands = f"{words.amount(len(one.open), 'problem')}{waiting} · {campaign_id[:8]}"
    return {
        "text": {"type": "plain_text", "text": name, "emoji": False},
        "description": {"type": "plain_text", "text": stands, "emoji": False},
        "value": campaign_id,
    }


def _why_none(listing: Listing, typed: str) -> str:
    if isinstance(listing.problem, RateLimited):
        return LIMIT_NEAR
    if listing.problem:
        return "careCycle is not answering: use the id field"
    if listing.whole:
        return "No campaign has that in its name" if typed.strip() else "There are no campaigns yet"
    return "Nothing yet: type more, or use the id field"


def _line(says: str) -> Option:
    return {"text": {"type": "plain_text", "text": words.shorten(says, 75)}, "value": NOTHING}


def _select() -> Block:
    element: Json = {
        "type": "external_select",
        "action_id": inputs.VALUE,
        "min_query_length": 0,
        "focus_on_load": True,
        "placeholder": {"type": "plain_text", "text": "Type part of its name, or “problems”"},
    }
    label = {"type": "plain_text", "text": "Campaign"}
    return {"type": "input", "block_id": PICK, "label": label, "element": element, "optional": True}


def _conversation() -> Block:
    element: Json = {
        "type": "conversations_select",
        "action_id": inputs.VALUE,
        "default_to_current_conversation": True,
        "response_url_enabled": True,
    }
    label = {"type": "plain_text", "text": "Conversation"}
    hint = {"type": "plain_text", "text": "Only used to show it to everybody there."}
    return {
        "type": "input",
        "block_id": CONVERSATION,
        "label": label,
        "element": element,
        "hint": hint,
        "optional": True,
    }
