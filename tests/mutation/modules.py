"""The modules in which a wrong number or decision would hurt, and the tests that are to notice one.

Of these tests mutmut runs for each mutant those that come through its function, and stops at the first that fails.
"""

from typing import Final

_ROUTING = ("tests/campaigns/test_routing.py",)
_TIMETABLE = (
    "tests/digests/test_timetable_typed.py",
    "tests/digests/test_timetable.py",
    # slow:
    "--deselect=tests/digests/test_timetable.py::test_over_five_years_every_slot_comes_once_and_when_the_clock_says",
)
_CARECYCLE = ("tests/carecycle",)

MODULES: Final[dict[str, tuple[str, ...]]] = {
    "bot/digests/changes.py": ("tests/digests/test_changes.py",),
    "bot/digests/over.py": ("tests/digests/test_troubles.py",),
    "bot/digests/totals.py": ("tests/digests/test_totals.py",),
    "bot/digests/troubles.py": ("tests/digests/test_troubles.py",),
    "bot/digests/timetable.py": _TIMETABLE,
    "bot/campaigns/routing/agents.py": _ROUTING,
    "bot/campaigns/routing/diagnosis.py": _ROUTING,
    "bot/campaigns/routing/outline.py": ("tests/blocks/test_workflow_step.py", *_ROUTING),
    "bot/campaigns/routing/sentence.py": _ROUTING,
    "bot/campaigns/routing/phrases.py": _ROUTING,
    "bot/digests/due.py": ("tests/digests/test_due.py",),
    "bot/campaigns/phone_numbers.py": ("tests/campaigns/test_phone_numbers.py",),
    "bot/campaigns/ids.py": ("tests/campaigns/test_ids.py",),
    "bot/digests/snapshot.py": ("tests/digests/test_snapshots.py",),
    "bot/carecycle/rate_limit.py": _CARECYCLE,
    "bot/carecycle/cache.py": _CARECYCLE,
    "bot/slack/context/people.py": ("tests/slack/context/test_people.py",),
    "bot/slack/context/channels.py": (
        "tests/slack/context/test_channels.py",
        "tests/slack/campaigns/test_shared_channels_asking.py::"
        "test_a_slow_slack_holds_no_private_card_up_and_is_waited_for_before_a_public_one",
    ),
    "bot/store/deliveries.py": (
        *("tests/store/test_deliveries.py", "tests/store/test_ledger_apart.py"),
        *("tests/store/test_alerts.py", "tests/store/test_outbox.py"),
        "-k not postgresql",  # the second database finds the same, in five times the time
    ),
}
