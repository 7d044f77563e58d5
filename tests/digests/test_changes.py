"""Who left a digest, came, or has another status: each is said once, with what it is now and its last numbers."""

from dataclasses import replace
from typing import Any

import pytest

from bot.campaigns.figures import Figures
from bot.digests.changes import Leavers, changes, settle, to_look_up
from bot.digests.compare import Account, report
from bot.digests.digest import CampaignFilter
from bot.digests.report import Change
from bot.digests.snapshot import Snapshot, pack, unpack
from tests.samples.snapshots import DAY, MONDAY, campaign, delivered, snapshot

ACTIVE = CampaignFilter(status="active")
SPRING, AUTUMN = campaign("Spring"), campaign("Autumn")
FRIDAY = delivered(snapshot(MONDAY - 3 * DAY, c1=SPRING, c2=AUTUMN))


def said(now: Snapshot, found: dict[str, Figures | None] | None = None, **owed: str) -> list[Change]:
    """What changed since Friday, when those that left were looked up with these answers."""
    whole, leavers = settle(now, FRIDAY, Leavers(found or {}, owed), ACTIVE)
    return list(changes(whole, FRIDAY, leavers))


@pytest.mark.parametrize("status", ["paused", "completed", "cancelled", "archived", "brand_new"])
def test_who_left_is_said_with_its_new_status_and_last_numbers(status: str) -> None:
    last = campaign("Spring", status=status, calls=500)
    assert said(snapshot(c2=AUTUMN), {"c1": last}) == [Change("c1", "Spring", "status", "active", status, last)]


def test_who_was_deleted_is_said_with_the_numbers_of_the_last_delivery() -> None:
    assert said(snapshot(c2=AUTUMN), {"c1": None}) == [Change("c1", "Spring", "deleted", "active", None, SPRING)]


def test_who_has_another_name_is_said_to_have_left() -> None:
    other = campaign("Summer")
    whole, leavers = settle(snapshot(), FRIDAY, Leavers({"c1": other, "c2": None}), CampaignFilter(words="spring"))
    assert changes(whole, FRIDAY, leavers)[1] == Change("c1", "Summer", "left", "active", "active", other)


def test_what_still_fits_was_only_left_out_of_the_list() -> None:
    whole, leavers = settle(snapshot(c2=AUTUMN), FRIDAY, Leavers({"c1": SPRING}), ACTIVE)
    assert (set(whole.campaigns), dict(leavers.found)) == ({"c1", "c2"}, {})
    assert changes(whole, FRIDAY, leavers) == ()


def test_a_digest_that_names_others_now_says_who_left_it() -> None:
    now, found = snapshot(c2=AUTUMN), Leavers({"c1": SPRING})
    whole, leavers = settle(now, FRIDAY, found, CampaignFilter(ids=("c2",)))
    assert set(whole.campaigns) == {"c2"}
    assert changes(whole, FRIDAY, leavers) == (Change("c1", "Spring", "left", "active", "active", SPRING),)
    whole, leavers = settle(now, FRIDAY, found, CampaignFilter(ids=("c1", "c2")))
    assert (set(whole.campaigns), dict(leavers.found)) == ({"c1", "c2"}, {})


def test_what_could_not_be_looked_up_is_owed_until_it_is_known() -> None:
    """No word of it now; the next time it is looked up again, and said with the status it had before."""
    now = snapshot(MONDAY, c2=AUTUMN)
    whole, leavers = settle(now, FRIDAY, Leavers(owed={"c1": "Unavailable"}), ACTIVE)
    assert changes(whole, FRIDAY, leavers) == ()
    assert (whole.missing, whole.name("c1"), whole.was("c1")) == ({"c1": "Unavailable"}, "Spring", SPRING)
    before, tuesday = delivered(whole), snapshot(MONDAY + DAY, c2=AUTUMN)
    assert to_look_up(tuesday, before) == ("c1",)
    paused = replace(SPRING, status="paused")
    whole, leavers = settle(tuesday, before, Leavers({"c1": paused}), ACTIVE)
    assert changes(whole, before, leavers) == (Change("c1", "Spring", "status", "active", "paused", paused),)
    assert to_look_up(snapshot(MONDAY + 2 * DAY, c2=AUTUMN), delivered(whole)) == ()


def test_another_status_of_one_that_is_still_there_is_said() -> None:
    paused = replace(SPRING, status="paused")
    assert said(snapshot(c1=paused, c2=AUTUMN)) == [Change("c1", "Spring", "status", "active", "paused", paused)]


@pytest.mark.parametrize(("was", "now"), [("active", None), (None, "active"), ("active", "active")])
def test_a_status_that_was_not_sent_is_no_other_one(was: str | None, now: str | None) -> None:
    before = delivered(snapshot(MONDAY - DAY, c1=replace(SPRING, status=was)))
    assert changes(snapshot(c1=replace(SPRING, status=now)), before, Leavers()) == ()


def test_a_new_one_is_said_once_and_none_is_new_the_first_time() -> None:
    now = snapshot(c1=SPRING, c2=AUTUMN, c3=campaign("Winter"))
    assert said(now) == [Change("c3", "Winter", "new", None, "active", now.campaigns["c3"])]
    assert changes(now, delivered(now), Leavers()) == ()
    assert changes(now, None, Leavers()) == ()


UNREAD = snapshot(MONDAY, {"c1": "Unavailable"}, c2=AUTUMN)


def test_what_could_not_be_read_is_said_once_and_is_not_new_when_it_is_back() -> None:
    assert said(UNREAD) == [Change("c1", "Spring", "unread", "active", None, SPRING, error="Unavailable")]
    whole, _ = settle(UNREAD, FRIDAY, Leavers(), ACTIVE)
    before = delivered(whole)
    assert to_look_up(replace(UNREAD, as_of=MONDAY + DAY), before) == ()
    assert changes(UNREAD, before, Leavers()) == ()
    assert changes(snapshot(MONDAY + DAY, c1=SPRING, c2=AUTUMN), before, Leavers()) == ()
    paused = replace(SPRING, status="paused")  # in the meantime: that is not lost
    found = changes(snapshot(MONDAY + DAY, c1=paused, c2=AUTUMN), before, Leavers())
    assert found == (Change("c1", "Spring", "status", "active", "paused", paused),)


def test_another_that_could_not_be_read_is_said_beside_one_that_is_known() -> None:
    whole, _ = settle(UNREAD, FRIDAY, Leavers(), ACTIVE)
    both = snapshot(MONDAY + DAY, {"c1": "Unavailable", "c2": "Unavailable"})
    assert [(one.id, one.kind) for one in changes(both, delivered(whole), Leavers())] == [("c2", "unread")]


def test_what_could_not_be_read_for_another_reason_is_said_again() -> None:
    whole, _ = settle(UNREAD, FRIDAY, Leavers(), ACTIVE)
    other = snapshot(MONDAY + DAY, {"c1": "Unreadable"}, c2=AUTUMN)
    assert [(one.kind, one.error) for one in changes(other, delivered(whole), Leavers())] == [("unread", "Unreadable")]


def test_a_campaign_that_a_digest_names_and_that_is_gone_is_said_to_be_deleted_once() -> None:
    named = CampaignFilter(ids=("c1", "c2"))
    now = snapshot(MONDAY, {"c1": "CampaignNotFound"}, c2=AUTUMN)
    whole, leavers = settle(now, FRIDAY, Leavers(), named)
    assert changes(whole, FRIDAY, leavers) == (Change("c1", "Spring", "deleted", "active", None, SPRING),)
    before = delivered(whole)
    assert to_look_up(snapshot(MONDAY + DAY, c2=AUTUMN), before) == ()
    assert changes(replace(now, as_of=MONDAY + DAY), before, Leavers()) == ()
    assert [one.kind for one in changes(snapshot(MONDAY + DAY, c1=SPRING, c2=AUTUMN), before, Leavers())] == ["new"]


def test_a_first_delivery_names_what_could_not_be_read() -> None:
    now = snapshot(MONDAY, {"c1": "CampaignNotFound", "c2": "Unavailable"})
    assert [(one.id, one.name, one.kind) for one in changes(now, None, Leavers())] == [
        ("c1", "", "deleted"),
        ("c2", "", "unread"),
    ]


def test_the_most_important_comes_first() -> None:
    def left(status: str) -> Any:
        return campaign(status, status=status)

    names = {"c1": "completed", "c2": "paused", "c3": "cancelled", "c4": "draft"}
    before = delivered(snapshot(MONDAY - DAY, **dict.fromkeys((*names, "c5"), SPRING), c6=AUTUMN))
    found: dict[str, Figures | None] = {id_: left(status) for id_, status in names.items()}
    made = changes(snapshot(c6=AUTUMN, c7=campaign("new")), before, Leavers({**found, "c5": None}))
    assert [one.id for one in made] == ["c5", "c3", "c2", "c1", "c4", "c7"]


def test_who_left_and_is_back_is_no_new_campaign() -> None:
    """The channel was told that it was paused, at any time before: it is told that it is active again."""
    paused = replace(SPRING, status="paused")
    before = delivered(settle(snapshot(MONDAY, c2=AUTUMN), FRIDAY, Leavers({"c1": paused}), ACTIVE)[0])
    tuesday, _ = settle(snapshot(MONDAY + DAY, c2=AUTUMN), before, Leavers(), ACTIVE)
    before = delivered(unpack(pack(tuesday)))
    back, _ = settle(snapshot(MONDAY + 2 * DAY, c1=SPRING, c2=AUTUMN), before, Leavers(), ACTIVE)
    assert changes(back, before, Leavers()) == (Change("c1", "Spring", "status", "paused", "active", SPRING),)
    assert back.left == {}


def test_who_had_left_by_its_name_alone_is_new_when_it_fits_again() -> None:
    choice = CampaignFilter(words="spring")
    before = delivered(settle(snapshot(c2=AUTUMN), FRIDAY, Leavers({"c1": campaign("Summer")}), choice)[0])
    back, _ = settle(snapshot(MONDAY + DAY, c1=SPRING), before, Leavers(), choice)
    assert [one.kind for one in changes(back, before, Leavers())] == ["new"]


@pytest.mark.parametrize(
    ("was", "now", "ended"),
    [("active", "completed", 1), ("paused", "archived", 1), ("completed", "archived", 0), ("active", "paused", 0)],
)
def test_a_campaign_has_ended_once(was: str, now: str, ended: int) -> None:
    """One that had ended and is archived has not ended again."""
    before = delivered(snapshot(MONDAY - DAY, c1=campaign(status=was)))
    made = report(snapshot(c1=campaign(status=now)), before, Leavers(), Account(None, "off"), MONDAY)
    assert ([one.now for one in made.changes], made.ended) == ([now], ended)
