"""The sample campaigns the stand-in for careCycle serves: one file each, one folder for each organization."""

import copy
import itertools
import json
from functools import cache
from pathlib import Path
from typing import Any, Final

# The `client.id` of the two organizations in data/; a careCycle key belongs to exactly one.
SUNRISE: Final = "5e505642-9024-474d-9434-e5a44f505cc5"
HARBOR: Final = "c0a1d3b2-77e4-4b0f-8a56-2f9b6d1e4c33"

_AEP_ID: Final = "497f6eca-6276-4993-bfeb-53cbbbba6f08"
STOPS_ID: Final = "f1f02f49-c500-49ab-af3e-41445a789b32"  # Renewal reminders: where time goes by, it soon calls nobody
ENDS_SOON_ID: Final = "7776c655-7c4e-4248-b151-5fff42969a50"  # Plan check Q4
EXTRA: Final = "-1d0e-4a11-8b1d-500000000000"  # how the ids of `hundreds` end
CROWDED_ID: Final = "7c0ffee5-1d0e-4a11-8b1d-10000a6e4751"

_DATA = Path(__file__).parent / "data"


def samples(organization: str = "*") -> tuple[dict[str, Any], ...]:
    """Every campaign in `data/`, or those of one folder (`sunrise`, `harbor`); yours to change."""
    return tuple(map(json.loads, _texts(organization)))


@cache
def _texts(organization: str) -> tuple[str, ...]:
    return tuple(file.read_text(encoding="utf-8") for file in sorted(_DATA.glob(f"{organization}/*.json")))


def crowded(agents: int = 10_000) -> dict[str, Any]:
    """A campaign whose softphone rings this many agents, two thirds of them active; not in `samples()`."""
    return {
        "id": CROWDED_ID,
        "name": "Everybody answers",
        "status": "active",
        "client": {"id": SUNRISE, "smsCompanyName": "Sunrise Health"},
        "features": {"transfers": True, "appointments": False, "inquiries": False, "checkPlan": False},
        "transferConfig": {
            "name": "Whole company",
            "type": "softphone",
            "routingConfig": {"routingType": "linear", "agents": [_agent(n) for n in range(agents)]},
        },
    }


def hundreds(count: int = 500) -> tuple[dict[str, Any], ...]:
    """So many more campaigns of Sunrise, each like one of its samples but for id and name; not in `samples()`."""
    patterns = [one for one in samples("sunrise") if one.get("customerStats") and one.get("name")]
    return tuple(
        {
            **copy.deepcopy(pattern),
            "id": f"{n + 1:08x}{EXTRA}",
            "name": f"{pattern['name']} {n + 1}",
        }
        for n, pattern in zip(range(count), itertools.cycle(patterns), strict=False)
    )


def twin() -> dict[str, dict[str, dict[str, Any]]]:
    """For `CareCycle.others`: a campaign of Harbor with the id of Sunrise's AEP Outreach; not in `samples()`."""
    campaign = {
        "id": _AEP_ID,
        "name": "Harbor's own AEP",
        "status": "active",
        "client": {"id": HARBOR, "smsCompanyName": "Harbor Benefits"},
        "customerStats": {"total": 77, "todayCalls": 7, "totalCalls": 70},
    }
    return {HARBOR: {_AEP_ID: campaign}}


def _agent(number: int) -> dict[str, Any]:
    # Short on purpose: 10,000 of them stay below the 2 MB at which a client may stop reading.
    user = {"name": f"Agent {number}", "email": f"agent.{number}@example.com"}
    return {"priority": number, "isActive": number % 3 != 0, "member": {"user": user}}
