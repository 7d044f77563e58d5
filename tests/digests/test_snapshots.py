"""What a delivery showed is read back as it was kept, also what earlier versions kept."""

import json
import zlib
from dataclasses import replace
from datetime import UTC

from hypothesis import given
from hypothesis import strategies as st

from bot.campaigns.figures import Figures, TransferProblem
from bot.digests.report import ALL_STILL, Said
from bot.digests.snapshot import Snapshot, pack, unpack
from tests.samples.digests import NOW, SNAPSHOT

_MOMENTS = st.datetimes(timezones=st.just(UTC))
_TEXTS = st.text(st.characters(categories=["L", "Zs"]))  # nothing that could be a phone number
MISSED = replace(SNAPSHOT, missing={"c2": "Unavailable"}, names={"c2": "Autumn"})


@given(st.builds(Figures, name=_TEXTS, ends=st.none() | _MOMENTS))
def test_every_figure_is_kept(figures: Figures) -> None:
    """A field that is added to Figures is drawn, too, by its type."""
    kept = replace(SNAPSHOT, campaigns={"c1": figures})
    assert unpack(pack(kept)) == kept


def test_what_was_said_and_how_unread_campaigns_were_is_kept() -> None:
    said = (Said("c1", ("broken_transfers", "groups[x].agents", "nobody"), NOW, 310), Said("", ALL_STILL, NOW, None))
    kept = replace(MISSED, said=said, last={"c2": SNAPSHOT.campaigns["c1"]})
    assert unpack(pack(kept)) == kept
    assert unpack(pack(replace(kept, said=()))).said == ()
    assert [one and one.name for one in map(kept.was, ("c1", "c2", "c3"))] == ["Spring", "Spring", None]


def test_a_version_before_kept_nothing_of_what_it_said() -> None:
    assert unpack(pack(SNAPSHOT)).said is None


def test_the_name_of_what_could_not_be_read_is_kept() -> None:
    kept = unpack(pack(MISSED))
    assert kept == MISSED
    assert [kept.name(id_) for id_ in ("c1", "c2", "c3")] == ["Spring", "Autumn", ""]


def test_when_a_campaign_ends_and_what_is_wrong_with_it_is_kept() -> None:
    problems = (
        TransferProblem("transferConfig.sipUri", "missing", "There is no SIP address"),
        TransferProblem("features", "off", "Off"),
    )
    one = replace(SNAPSHOT.campaigns["c1"], ends=NOW, findings=problems)
    for whole in (one, replace(one, ends=None, findings=()), replace(one, findings=None)):
        kept = replace(SNAPSHOT, campaigns={"c1": whole})
        read = unpack(pack(kept))
        assert read == kept
        assert _sentences(read) == _sentences(kept)  # which are not compared


def _sentences(snapshot: Snapshot) -> list[str]:
    return [problem.says for one in snapshot.campaigns.values() for problem in one.findings or ()]


def test_the_version_before_reads_what_is_kept_now() -> None:
    """While both run side by side. It reads the keys that it knows, and refuses one that it does not know in a row."""
    wrong = replace(
        SNAPSHOT.campaigns["c1"], findings=(TransferProblem("transferConfig.sipUri", "missing", "There is no SIP"),)
    )
    now = replace(SNAPSHOT, campaigns={"c1": wrong, "c2": SNAPSHOT.campaigns["c1"]}, said=())
    kept = json.loads(zlib.decompress(pack(replace(now, missing={"c3": "Unavailable"}, last={"c3": wrong}))))
    assert {"as_of", "day", "campaigns", "missing", "stalled", "names"} <= set(kept)
    for row in kept["campaigns"].values():
        assert set(row) == {"name", "status", "customers", "calls", "today", "states", "ends", "findings"}
    assert [row["findings"] for row in kept["campaigns"].values()] == [["There is no SIP"], None]


def test_sentences_that_the_version_before_kept_are_known_to_nobody() -> None:
    """They may have been reworded, so that there is nothing to compare."""
    kept = json.loads(zlib.decompress(pack(SNAPSHOT)))
    del kept["problems"]
    for sentences in (["No active agent in group Spanish"], [], None):
        kept["campaigns"]["c1"]["findings"] = sentences
        assert unpack(zlib.compress(json.dumps(kept).encode())) == SNAPSHOT
    assert SNAPSHOT.campaigns["c1"].findings is None


def test_one_from_before_such_names_were_kept_is_read() -> None:
    kept = json.loads(zlib.decompress(pack(MISSED)))
    del kept["names"]
    assert unpack(zlib.compress(json.dumps(kept).encode())) == replace(MISSED, names={})


def test_phone_numbers_in_names_are_not_kept() -> None:
    """In memory they are: a digest's filter goes by the name careCycle sends."""
    call = "Call 212-555-0143"
    named = replace(SNAPSHOT, campaigns={"c1": replace(SNAPSHOT.campaigns["c1"], name=call)}, names={"c2": call})
    kept = unpack(pack(named))
    assert [kept.name(id_) for id_ in ("c1", "c2")] == ["Call (phone)"] * 2
