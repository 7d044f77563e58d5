"""What needs a person by what careCycle states, without any history: broken transfers."""

from bot.campaigns.figures import Figures
from bot.insight.problems import BrokenTransfers


def broken_transfers(one: Figures) -> tuple[BrokenTransfers, ...]:
    """Return what breaks the transfers of a campaign; nothing also when nobody looked at them."""
    return tuple(BrokenTransfers(found.subject, found.kind, found.says) for found in one.findings or ())
