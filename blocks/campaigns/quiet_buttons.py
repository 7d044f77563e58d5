"""Name the buttons of *Quiet until …*, and what they carry as text in their values."""

from typing import cast

from bot.errors import OldButton
from bot.insight.assessment import OnIt
from bot.insight.problems import ProblemKind

SHOW, OPEN, LIFT, ON_IT = "quiet.show", "quiet.open", "quiet.lift", "quiet.on_it"
ACCOUNT = "account"  # the value of a button that is about the whole account
QUIETED = "quieted"  # the value of one that is about what is quiet in it
_CAMPAIGN = "campaign:"

KINDS: dict[ProblemKind, str] = {
    "standing_still": "no calls",
    "broken_transfers": "transfers",
    "past_end": "past its end",
    "unreached": "not reached by the end",
    "slow": "few calls",
    "unusual_ends": "unusual endings",
    "runs_empty": "list runs empty",
}


def of_campaign(campaign_id: str) -> str:
    """Return the value of a button that is about one campaign."""
    return f"{_CAMPAIGN}{campaign_id}"


def about(value: str) -> tuple[str, str]:
    """Return of which campaign or of which digest a button's value is: one of the two ids, or neither.

    A delivery's id stands for its digest.
    """
    if value.startswith(_CAMPAIGN):
        return value.removeprefix(_CAMPAIGN), ""
    return "", "" if value in (ACCOUNT, QUIETED) else value.partition(":")[0]


def place(campaign_id: str, *kinds: ProblemKind) -> str:
    """Return the value of a button, or an option, that is about these kinds of problems of a campaign."""
    return " ".join((campaign_id, *kinds))


def taking(campaign_id: str, drawn: OnIt | None) -> str:
    """Return the value of *I’m on it*: of which campaign (empty: the account), and who is on it as it is drawn."""
    return f"{campaign_id or ACCOUNT} {drawn.by if drawn else '-'}"


def read_taking(value: str) -> tuple[str, str | None]:
    """Read what `taking` returned. Before, a value was a campaign's id alone, or nothing for the account."""
    campaign_id, _, by = value.partition(" ")
    return "" if campaign_id == ACCOUNT else campaign_id, None if by in ("", "-") else by


def read_places(value: str) -> list[tuple[str, ProblemKind]]:
    """Read what `place` returned: the campaign's id with each kind. Raise OldButton for anything else."""
    campaign_id, *kinds = value.split() or [""]
    if not kinds or not all(kind in KINDS for kind in kinds):
        raise OldButton
    return [(campaign_id, cast("ProblemKind", kind)) for kind in kinds]
