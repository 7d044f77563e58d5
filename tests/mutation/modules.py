"""The modules in which a wrong number or decision would hurt, and the tests that are to notice one.

Of these tests mutmut runs for each mutant those that come through its function, and stops at the first that fails.
"""

from typing import Final

_ROUTING = ("tests/test_routing.py",)
_TIMETABLE = (
    "tests/test_timetable_typed.py",
    "tests/test_timetable.py",
    "--deselect=tests/test_timetable.py::test_over_five_years_every_slot_comes_once_and_when_the_clock_says",  # slow
)
_CARECYCLE = ("tests/carecycle",)

MODULES: Final[dict[str, tuple[str, ...]]] = {
    "bot/comparison.py": ("tests/test_comparison.py", "tests/test_attention.py"),
    "bot/attention.py": ("tests/test_attention.py", "tests/test_comparison.py"),
    "bot/timetable.py": _TIMETABLE,
    "bot/routing/agents.py": _ROUTING,
    "bot/routing/diagnosis.py": _ROUTING,
    "bot/routing/outline.py": ("tests/blocks/test_step_outputs.py", *_ROUTING),
    "bot/routing/sentence.py": _ROUTING,
    "bot/routing/words.py": _ROUTING,
    "bot/digests/due.py": ("tests/digests/test_due.py",),
    "bot/phones.py": ("tests/blocks/test_phones.py",),
    "bot/links.py": ("tests/test_links.py",),
    "bot/store/snapshots.py": ("tests/store/test_snapshots.py",),
    "bot/carecycle/budget.py": _CARECYCLE,
    "bot/carecycle/cache.py": _CARECYCLE,
    "bot/slack/people.py": ("tests/slack/test_people.py",),
    "bot/slack/channels.py": (
        "tests/slack/test_channels.py",
        "tests/slack/test_shared_channels_asking.py::"
        "test_a_slow_slack_holds_no_private_card_up_and_is_waited_for_before_a_public_one",
    ),
    "bot/store/deliveries.py": (
        *("tests/store/test_deliveries.py", "tests/store/test_ledger_apart.py"),
        *("tests/store/test_alerts.py", "tests/store/test_ledger_due.py"),
        "-k not postgresql",  # the second database finds the same, in five times the time
    ),
}
