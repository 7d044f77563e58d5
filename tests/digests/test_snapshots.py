"""What a delivery showed is read back as it was kept, also what earlier versions kept."""

import json
import zlib
from dataclasses import replace
from datetime import UTC

from hypothesis import given
from hypothesis import strategies as st

from bot.digests.snapshot import Figures, pack, unpack
from tests.samples.digests import NOW, SNAPSHOT

_MOMENTS = st.datetimes(timezones=st.just(UTC))
_TEXTS = st.text(st.characters(categories=["L", "Zs"]))  # nothing that could be a phone number
MISSED = replace(SNAPSHOT, missing={"c2": "Unavailable"}, names={"c2": "Autumn"})


@given(st.builds(Figures, name=_TEXTS, ends=st.none() | _MOMENTS))
def test_every_figure_is_kept(figures: Figures) -> None:
    """A field that is added to Figures is drawn, too, by its type."""
    kept = replace(SNAPSHOT, campaigns={"c1": figures})
    assert unpack(pack(kept)) == kept


def test_the_name_of_what_could_not_be_read_is_kept() -> None:
    kept = unpack(pack(MISSED))
    assert kept == MISSED
    assert [kept.name(id_) for id_ in ("c1", "c2", "c3")] == ["Spring", "Autumn", ""]


def test_when_a_campaign_ends_and_what_is_wrong_with_it_is_kept() -> None:
    one = replace(SNAPSHOT.campaigns["c1"], ends=NOW, findings=("No SIP address", "No active agent"))
    for whole in (one, replace(one, ends=None, findings=()), replace(one, findings=None)):
        kept = replace(SNAPSHOT, campaigns={"c1": whole}, stalled=frozenset({"c1"}))
        assert unpack(pack(kept)) == kept


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
