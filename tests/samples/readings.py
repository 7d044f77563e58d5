"""Readings of accounts, for tests of what keeps and judges them."""

from datetime import datetime
from typing import Any

from bot.campaigns.figures import Figures
from bot.insight.series import AccountReading

AEP, ACA = "a1b2c3d4-0001-4b93-be3b-000000000001", "a1b2c3d4-0002-4b93-be3b-000000000002"


def reading(at: datetime, calls: int = 0, *, coarse: bool = False, **more: Any) -> AccountReading:
    """Two campaigns; the first one has so many calls."""
    first = Figures(**{"name": "AEP", "status": "active", "calls": calls, "states": {"pending": 9}, **more})
    return AccountReading(at, {AEP: first, ACA: Figures("ACA", "paused", 5, 0)}, coarse)
