"""Explain typed text that names no campaign, and what to type instead."""

from collections.abc import Iterator

from blocks import kit, missing_key, words
from blocks.kit import Block
from bot.campaigns.ids import EXAMPLE_ID
from bot.errors import Misread, NotUnderstood

RUN = "command.run"  # a button whose value is what to type after the command


def reason(error: NotUnderstood, unsearched: str) -> str:
    """Explain the error in one or two sentences (mrkdwn). `unsearched` says why no campaign was searched for, if so."""
    if error.nearest:
        otherwise = "No campaign with that in its name was found."
        if unsearched:
            otherwise = f"If it is a part of a campaign’s name: {unsearched}"
        asked = f"Did you mean `{words.literal(error.nearest, 60)}`?"
        return asked if error.why == "status" else f"{asked} {otherwise}"
    if error.pasted:
        return _secret(error)
    if error.meant:
        return f"That could mean {_either(error.meant)}. Use the whole name or the id."
    none = (
        f"There is no campaign in that. Paste its careCycle link or its id, such as `{EXAMPLE_ID}`, or type its name."
    )
    return _REASONS.get(error.why, none) if error.why else none


def buttons(error: NotUnderstood) -> Iterator[Block]:
    """Yield the button that helps, if there is one."""
    if error.nearest:
        yield kit.button(error.nearest, RUN, value=error.nearest.partition(" ")[2])
    if error.pasted == "key" and _may_connect(error):
        yield kit.button("Connect a new key", missing_key.CONNECT, style="primary")
    elif error.pasted == "key" and error.remedy and error.remedy.role == "member":
        yield missing_key.ask_button(error.remedy, missing_key.ASK)


def _either(names: tuple[str, ...]) -> str:
    return " or ".join(f"“{words.literal(name, 80)}”" for name in names)


def _secret(error: NotUnderstood) -> str:
    seen = "Everybody in this conversation can read it" if error.seen_by_all else "Slack keeps what was typed"
    if error.pasted == "token":
        return f"That looks like a Slack token, so nothing was looked up. {seen}: ask a Slack admin to revoke it."
    says = f"That looks like a careCycle key, so nothing was looked up. {seen}"
    if _may_connect(error):
        return (
            f"{says}: revoke that key in careCycle, make a new one, and type it only into the form this button opens."
        )
    return f"{says}: ask the person who manages your careCycle keys to revoke it. A manager can connect a new one here."


def _may_connect(error: NotUnderstood) -> bool:
    """Return whether this person may connect a key, as far as is known. If not, the button tells them who may."""
    return error.remedy is None or error.remedy.role == "manager"


_REASONS: dict[Misread, str] = {
    "nothing": "Pick a campaign above, or type a name, an id or a link here.",
    "several": "There is more than one campaign in that, and only one at a time can be looked up here. Send just one.",
    "customer link": (
        "That link opens a customer in careCycle, not a campaign. Paste a link to the campaign, or type its name."
    ),
    "other link": "That link does not lead to careCycle. Paste a link to a campaign there, or type its name.",
    "broken id": f"That looks like a campaign id with a character missing or extra. A complete one: `{EXAMPLE_ID}`.",
    "bare link": "That link leads to careCycle, but has no campaign id. Open the campaign there and copy its link.",
}
