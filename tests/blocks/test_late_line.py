"""The line about digests that are late: what happened alike to several is one sentence."""

from dataclasses import replace

from blocks.digests import late
from bot.digests.digest import Pause
from bot.digests.late import LateDigest
from tests.samples.digest_modals import DUE, GRACE, TEN_PAST, told


def lines(*some: LateDigest) -> list[str]:
    return late.line(some, GRACE, TEN_PAST).text.split("\n")


def test_what_one_cause_kept_from_coming_is_one_sentence() -> None:
    lost = [told(name, state="failed") for name in ("A", "B")]
    (line,) = lines(*lost)
    assert line.startswith("⚠️ *A* and *B* of ")
    assert "could not be sent: careCycle was not answering. The next ones are due " in line
    assert "The next one is due " in lines(lost[0])[0]


def test_another_outcome_another_reason_or_another_time_is_a_sentence_of_its_own() -> None:
    first = told("A", state="failed")
    later = replace(told("E", state="failed"), digest=replace(first.digest, name="E", next_due=None))
    others = [
        told("B", state="skipped"),
        told("C", state="failed", reason="limit"),
        told("D", state="failed", due=TEN_PAST),
    ]
    assert len(lines(first, *others, later)) == 5
    assert "were skipped" in lines(others[0], told("F", state="skipped"))[0]


def test_one_that_somebody_paused_is_no_failure() -> None:
    one = told("A", state="skipped", reason="paused")
    (line,) = lines(replace(one, digest=replace(one.digest, pause=Pause(DUE, "person"))))
    assert line.startswith("⏸️ *A* of ")
    assert line.endswith("was skipped: it was paused.")
