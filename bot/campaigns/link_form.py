"""Read the form of the links to campaigns out of one that a person pasted: its address with `{id}` in it."""

import re
from collections.abc import Set
from urllib.parse import urlsplit

from bot.campaigns.ids import Links

MOST = 150  # characters: a form is the value of a choice in the settings (Slack)
# Letters alone: a digit may be of a person's number or a token.
_WORD = re.compile(r"[a-z]{1,30}(?:[-_][a-z]{1,30}){0,3}", re.IGNORECASE | re.ASCII)


def form_of(link: str, campaign_id: str, links: Links, own_ids: Set[str] = frozenset()) -> str | None:
    """Return the form of a link to a campaign, `https://app.carecycle.ai/campaigns/{id}`, or None if it shows none.

    Only the path counts, on the host of CARECYCLE_LINK: a query and a fragment may hold tokens. Beside the id there may
    only be plain words and `own_ids`, the ids of the account itself; nothing about customers ever counts.
    """
    ours = urlsplit(links.template)
    try:
        parts = urlsplit(link)
    except ValueError:  # what people paste need not be a valid URL
        return None
    if parts.scheme.lower() != "https" or parts.netloc.lower() != ours.netloc.lower():
        return None
    path = [_part(part, campaign_id, own_ids) for part in parts.path.strip("/").split("/")]
    if path.count("{id}") != 1 or any(part is None or part.lower().startswith("customer") for part in path):
        return None
    form = "/".join((f"https://{ours.netloc}", *filter(None, path)))
    return form if len(form) <= MOST else None


def _part(part: str, campaign_id: str, own_ids: Set[str]) -> str | None:
    """Return a part of the path as the form has it, or None where it may be a person's, a customer's or a token."""
    if part.lower() == campaign_id:
        return "{id}"
    return part if _WORD.fullmatch(part) or part.lower() in own_ids else None
