"""Samples of the answer to whether a campaign is calling."""

from datetime import timedelta
from typing import Final

from blocks.campaigns import check
from blocks.campaigns.check_answers import Watched
from blocks.card_options import CardOptions
from blocks.kit import Block, Message
from bot.errors import CampaignNotFound, RateLimited, Unavailable
from bot.insight.assessment import Assessed, Current
from playground.samples import samples
from tests.conftest import AEP, AS_OF, reading
from tests.samples.assessments import account, assessed, assessments, kinds

_LOOK: Final = next(one for one in samples() if one["id"] == AEP)
_NUMBERS: Final = _LOOK["customerStats"]
_SHORT: Final = CardOptions(short="shared")


def watched(one: Assessed) -> Watched:
    """What is known when the last reading showed the first sample so."""
    return Watched(Current(account(one, at=AS_OF)))


CALLING: Final = watched(assessed("AEP Outreach 2026", moved=AS_OF))
TROUBLED: Final = watched(
    assessed(
        "AEP Outreach 2026",
        kinds(AS_OF)["standing-still-today"],
        kinds(AS_OF)["failed"],
        moved=AS_OF - timedelta(minutes=42),
    )
)
STOPPED: Final = {
    **_LOOK,
    "status": "paused",
    "endDate": "2026-11-20T00:00:00Z",
    "maxAttempts": 1,
    "customerStats": {
        "total": 90,
        "todayCalls": 0,
        "statusCounts": {"pending": 0, "in_progress": 0, "exceeded_max_calls": 90},
    },
}
TESTING: Final = {
    **_LOOK,
    "status": "testing",
    "startDate": "2026-11-23T00:00:00Z",
    "dialAfterhours": True,
    "maxAttempts": 0,
    "maxConcurrentCalls": 0,
    "customerStats": {**_NUMBERS, "todayCalls": 0, "statusCounts": {"pending": 5}},
}
ODD: Final = {
    **_LOOK,
    "status": "resting",
    "startDate": None,
    "endDate": "2026-11-23T00:00:00Z",
    "customerStats": {"total": 90, "todayCalls": 0, "statusCounts": {"pending": 0, "in_progress": 0, "failed": 80}},
}
UNKNOWN_STATE: Final = {
    **_LOOK,
    "startDate": None,
    "customerStats": {"total": 1, "statusCounts": {"pending": 0, "in_progress": 0, "awaiting_call": 1}},
}
NO_TOTAL: Final = {
    **_LOOK,
    "endDate": None,
    "customerStats": {"todayCalls": 3, "statusCounts": {"pending": 0, "in_progress": 0}},
}
CHECKS: Final[dict[str, Message]] = {
    "check": check.card(reading(_LOOK), CALLING),
    "check-with-problems": check.card(reading(_LOOK), TROUBLED, thread="1763888531.000100"),
    "check-all-standing-still": check.card(
        reading(_LOOK), Watched(Current(assessments(AS_OF)["standing-still"])), shared_by="U01OWNER"
    ),
    "check-stopped": check.card(reading(STOPPED), Watched(why_not="off")),
    "check-ended": check.card(reading(_LOOK | {"endDate": "2026-11-20T00:00:00Z"}), watched(assessed("AEP"))),
    "check-not-started": check.card(reading(_LOOK | {"startDate": "2026-11-30T00:00:00Z"})),
    "check-no-customers": check.card(reading(_LOOK | {"customerStats": {"total": 0}}), Watched(why_not="database")),
    "check-testing": check.card(reading(TESTING), watched(assessed("AEP", read_since=AS_OF))),
    "check-odd": check.card(reading(ODD)),
    "check-unknown-state": check.card(reading(UNKNOWN_STATE)),
    "check-no-total": check.card(reading(NO_TOTAL)),
    "check-everything-missing": check.card(reading({"id": AEP})),
    "check-stale": check.card(reading(_LOOK, problem=Unavailable("status 503")), TROUBLED),
    "check-short": check.card(reading(_LOOK), TROUBLED, options=_SHORT, shared_by="U01OWNER"),
    "check-several": check.several(
        [
            (AEP, reading(_LOOK)),
            (AEP[:-1] + "9", CampaignNotFound()),
            (AEP[:-1] + "0", reading(STOPPED, problem=RateLimited(40))),
        ],
        left_out=2,
        shared_by="U01OWNER",
        options=_SHORT,
    ),
    "check-usage": check.usage("/campaign"),
}
CHECK_WINDOWS: Final[dict[str, Block]] = {
    "check-window": check.modal(reading(_LOOK), CALLING),
    "check-window-short": check.modal(reading(_LOOK, problem=Unavailable("status 503")), TROUBLED, _SHORT),
}
