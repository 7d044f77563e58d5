"""Judge a reading until `bot.insight.judge` does."""

from collections.abc import Mapping
from datetime import datetime

from bot.campaigns.figures import Figures, left
from bot.insight.assessment import Assessed, Assessment, TransferLook
from bot.insight.series import History


def judge(
    history: History, before: Assessment | None, at: datetime, zone: str, looks: Mapping[str, TransferLook]
) -> Assessment:
    """Return the assessment of the reading made at `at`, without any problem."""
    known = {id_: one.transfers for id_, one in before.campaigns.items()} if before else {}
    campaigns = {
        id_: _assessed(series.last, looks.get(id_) or known.get(id_))
        for id_, series in history.items()
        if series.read_before(at) == at
    }
    unseen = sum(one.status == "active" and one.transfers is None for one in campaigns.values())
    return Assessment(at, campaigns, not_looked_at=unseen, zone=zone)


def _assessed(one: Figures, look: TransferLook | None) -> Assessed:
    return Assessed(one.name, one.status, one.customers, left(one), transfers=look)
