"""The history of a digest: each delivery in words, what mends it, and what its owner is told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest

from blocks.digests import history as digest_history
from blocks.digests import reasons as digest_reasons
from blocks.digests.history import FIXES, failed_notice, handed_over
from blocks.digests.listed import Listed
from blocks.workspace import connect
from bot.digests.digest import PAUSING_REASONS, Delivery, Digest, Pause, Reason
from bot.digests.timetable import Timetable
from bot.records import AuditEntry
from bot.store import deliveries, pauses, stops
from playground.slack.workspace import Modal
from playground.world import World
from tests.conftest import MakeWorld
from tests.drivers.digest_forms import (
    GUEST,
    MEMBER,
    OWNER,
    ROOM,
    kept,
    listed,
    made,
    opened_by,
    press_in,
    press_value,
    save,
    still,
)
from tests.drivers.slash_command import press, said

DUE = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)  # Fri, 09:00 in New York


async def noted(here: World, digest: Digest, *, days: int = 0, **more: Any) -> Delivery:
    """A row of the ledger, a day earlier for each of `days`."""
    due = DUE - timedelta(days=days)
    row = replace(_row(digest, due), **more)
    assert await deliveries.add(here.bot.db, row, DUE + timedelta(days=365))  # whatever was added before
    return row


async def history(here: World, *, user: str = OWNER) -> Modal:
    return await opened_by(here, await listed(here, user=user), "History", user=user)


def labels(modal: Modal) -> list[str]:
    """The labels of its buttons, in order."""
    found = [[*one.get("elements", []), one.get("accessory")] for one in modal.view["blocks"]]
    return [one["text"]["text"] for row in found for one in row if one and one.get("type") == "button"]


async def test_before_the_first_one_it_says_so(here: World) -> None:
    await made(here)
    assert "Nothing was due yet." in said((await history(here)).view)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({}, "*Fri, Nov 20, 9:00 AM*  sent."),
        (
            {"ended_at": DUE + timedelta(minutes=12), "reason": "limit"},
            "sent 12 minutes late: careCycle’s request limit",
        ),
        ({"ended_at": DUE + timedelta(seconds=62), "reason": "limit"}, "sent 1 minute late: careCycle’s request limit"),
        ({"ended_at": DUE + timedelta(seconds=62)}, "sent."),
        ({"ended_at": DUE + timedelta(hours=3)}, "sent 3 hours late."),
        ({"kind": "now", "asked_by": MEMBER}, "sent, as <@U03MEMBER> asked."),
        ({"wanted_at": DUE + timedelta(hours=2), "ended_at": DUE + timedelta(hours=2)}, "sent later, when somebody"),
        ({"state": "skipped", "reason": "unchanged"}, "skipped: nothing had changed."),
        (
            {"state": "skipped", "reason": "too_late"},
            "skipped: this app was not running, or could not reach its database.",
        ),
        (
            {"state": "failed", "reason": "is_archived"},
            "the channel was archived. Press *Edit* and choose another channel",
        ),
        (
            {"state": "failed", "reason": "not_in_channel"},
            "not in the channel. Type `/invite @careCycle` in it and press *Resume*",
        ),
        ({"state": "failed", "reason": "key"}, "Once a manager connects a key that works"),
        ({"state": "unconfirmed", "reason": "unconfirmed"}, "may or may not be in <#C02STANDUP>"),
        ({"state": "posting"}, "is on its way."),
        (
            {"state": "due", "reason": "limit", "try_at": DUE + timedelta(minutes=1)},
            "waits until Fri, Nov 20, 9:01 AM: careCycle’s request limit",
        ),
    ],
    ids=lambda one: "-".join(map(str, one)) if isinstance(one, dict) else None,
)
def test_each_delivery_is_a_line_in_words(row: dict[str, Any], says: str) -> None:
    stopped = replace(_digest(), pause=Pause(DUE, "failed", detail="is_archived"))
    shown = digest_history.modal(Listed(stopped, may_manage=True), [replace(_row(stopped, DUE), **row)], "{}", DUE)
    assert says in said(dict(shown))


async def test_what_failed_before_one_that_went_well_needs_no_mending(make_world: MakeWorld) -> None:
    here, _ = await still(make_world)
    digest = await made(here)
    await noted(here, digest)
    await noted(here, digest, days=1, state="failed", reason="carecycle")
    assert "Send again" not in said((await history(here)).view)
    await noted(here, digest, days=-1, state="failed", reason="carecycle")
    assert said((await history(here)).view).count("Send again") == 1


async def test_while_the_key_is_refused_the_newest_line_has_the_button_for_a_new_one(make_world: MakeWorld) -> None:
    here, _ = await still(make_world)
    digest = await made(here)
    for days in range(3):
        await noted(here, digest, days=days, state="failed", reason="key")
    await stops.stop_for_key(here.bot.db, digest.workspace_id, here.bot.services.clock.now())
    modal = await history(here)
    words = said(modal.view)
    assert words.count("careCycle did not accept this workspace’s key") == 3
    assert words.count("Once a manager connects a key that works") == words.count("Connect a new key") == 1
    assert "Send again" not in words
    await press_in(here, modal, "Connect a new key")
    assert [one.view["title"]["text"] for one in here.slack.modals_of(OWNER)] == ["History", connect.TITLE]


async def test_what_goes_on_needs_no_mending_and_what_did_not_come_can_be_sent_again(make_world: MakeWorld) -> None:
    here, _ = await still(make_world)
    digest = await made(here)
    for days, reason in enumerate(("key", "is_archived", "unchanged")):
        await noted(here, digest, days=days, state="skipped" if reason == "unchanged" else "failed", reason=reason)
    words = said((await history(here)).view)
    assert words.count("Send again") == 2
    assert "Connect a new key" not in words
    assert "choose another channel" not in words


async def test_thirty_deliveries_are_shown(make_world: MakeWorld) -> None:
    here, _ = await still(make_world)
    digest = await made(here)
    for days in range(40):
        await noted(here, digest, days=days, state="failed", reason="bug")
    assert said((await history(here)).view).count("could not be sent") == 30


async def test_send_again_is_done_once_and_said_in_the_window(here: World) -> None:
    digest = await made(here)
    await noted(here, digest, state="unconfirmed", reason="unconfirmed")
    modal = await history(here)
    await press_in(here, modal, "Send again")
    assert "is on its way to <#C02STANDUP> again" in said(modal.view)
    await here.slack.workspace.until(lambda: any(one.ephemeral_for is None for one in here.slack.workspace.messages))


async def test_a_paused_one_goes_on_from_its_history(here: World) -> None:
    await made(here)
    await press(here, await listed(here), "Pause for a day")
    modal = await history(here)
    await press_in(here, modal, "Resume")
    assert "goes on" in said(modal.view)
    assert (await kept(here))[0].pause is None


async def test_from_the_history_the_form_opens_over_it(here: World) -> None:
    await made(here)
    modal = await history(here)
    await press_in(here, modal, "Edit")
    assert [one.view["title"]["text"] for one in here.slack.modals_of(OWNER)] == ["History", "Edit digest"]


async def test_anybody_here_may_look_and_only_keepers_send_again(here: World) -> None:
    digest = await made(here)
    row = await noted(here, digest, state="failed", reason="bug")
    modal = await history(here, user=GUEST)
    assert "could not be sent" in said(modal.view)
    assert not {"Send again", "Edit", "Resume"} & set(labels(modal))
    answer = await press_value(here, digest_history.AGAIN, f"{digest.id} {row.id}", user=GUEST)
    assert "Only managers and this digest’s owner" in answer.text
    assert (await deliveries.history(here.bot.db, digest.id, 5))[0].state == "failed"


async def test_of_one_that_may_be_there_the_owner_says_that_it_is(here: World) -> None:
    digest = await made(here)
    await noted(here, digest, days=1)
    row = await noted(here, digest, state="unconfirmed", reason="unconfirmed", ts=None)
    modal = await history(here)
    assert labels(modal) == ["Edit", "It is there", "Send again"]
    await press_in(here, modal, "It is there")
    assert "✅ *Morning digest* is in <#C02STANDUP>. The next one is compared with it." in said(modal.view)
    assert labels(modal) == ["Edit"]
    rows = await deliveries.history(here.bot.db, digest.id, 5)
    assert [one.state for one in rows] == ["sent", "sent"]
    answer = await press_value(here, digest_history.CONFIRM, f"{digest.id} {row.id}")
    assert "so nothing was done" in answer.text


@pytest.mark.parametrize("user", [MEMBER, GUEST])
async def test_who_does_not_look_after_it_confirms_nothing(here: World, user: str) -> None:
    digest = await made(here)
    row = await noted(here, digest, state="unconfirmed", reason="unconfirmed")
    refused = await press_value(here, digest_history.CONFIRM, f"{digest.id} {row.id}", user=user)
    assert "Only managers and this digest’s owner" in refused.text
    assert (await deliveries.history(here.bot.db, digest.id, 5))[0].state == "unconfirmed"


async def test_an_old_one_is_not_offered_again_once_a_newer_one_arrived(here: World) -> None:
    digest = await made(here)
    row = await noted(here, digest, days=1, state="unconfirmed", reason="unconfirmed")
    modal = await history(here)
    await noted(here, digest)
    await press_in(here, modal, "Send again")
    assert "A newer one of this digest has arrived since" in said(modal.view)
    assert labels(modal) == ["Edit", "It is there"]
    assert row.id in {one.id for one in await deliveries.history(here.bot.db, digest.id, 5)}


async def test_a_run_of_another_digest_is_refused(here: World) -> None:
    one, other = await made(here), await made(here, name="Other", times="10:15")
    row = await noted(here, other, state="failed", reason="bug")
    answer = await press_value(here, digest_history.AGAIN, f"{one.id} {row.id}")
    assert "made by an older version" in answer.text


async def test_saving_what_had_stopped_lets_it_go_on(here: World) -> None:
    digest = await made(here)
    now = here.bot.services.clock.now()
    audit_entry = AuditEntry(now, digest.workspace_id, "app", "digest paused", {})
    await pauses.pause(here.bot.db, digest.id, Pause(now, "failed", detail="is_archived"), audit_entry)
    listing = await listed(here)
    assert "paused, because the last one could not be sent: the channel was archived" in said(listing)
    await save(here, await opened_by(here, listing, "Edit"))
    assert (await kept(here))[0].pause is None


def test_every_reason_has_words_and_what_mends_it() -> None:
    reasons = set(get_args(Reason))
    assert set(FIXES) == reasons
    assert {one for one in reasons if digest_reasons.why(one) == one.replace("_", " ")} == set()


@pytest.mark.parametrize("reason", sorted(PAUSING_REASONS))
def test_what_stays_is_mended_by_a_button_the_owner_gets(reason: str) -> None:
    notice = failed_notice(Listed(_digest()), reason, DUE)
    assert "It is paused until that is fixed." in notice.text
    buttons = [one["text"]["text"] for one in notice.blocks[-1]["elements"]]  # type: ignore[union-attr,index,call-overload]  # JSON
    assert buttons == (["Edit", "History"] if FIXES[reason] == "edit" else ["Resume", "Edit", "History"])
    for name in ("Resume", "Edit"):  # what it is told to press is there
        assert (name in buttons) or f"*{name}*" not in notice.text


@pytest.mark.parametrize(
    ("reason", "says"),
    [
        ("is_archived", "Press *Edit* and choose another channel"),
        ("no_campaigns", "Press *Edit* and choose other campaigns"),
        ("not_in_channel", "Type `/invite @careCycle` in it and press *Resume*"),
        ("channel_not_found", "Choose another channel with *Edit*"),
        ("restricted", "Somebody who manages the channel can let this app post; then press *Resume*"),
        ("not_shown", "A manager can allow it under *Settings* in App Home; then press *Resume*"),
    ],
)
def test_the_owner_is_told_the_next_step_of_each(reason: str, says: str) -> None:
    assert says in failed_notice(Listed(_digest()), reason, DUE).text


def test_the_owner_of_an_unconfirmed_one_can_send_it_again() -> None:
    notice = failed_notice(Listed(_digest()), "unconfirmed", DUE, run="d1:2026-11-20T09:00")
    assert "may or may not be in <#C02STANDUP>" in notice.text
    assert "d1 d1:2026-11-20T09:00" in said({"blocks": list(notice.blocks)})


def test_who_gets_a_digest_is_told_whose_it_was() -> None:
    assert "<@U01OWNER>, its owner until now, is no longer here" in handed_over(Listed(_digest()), OWNER, DUE).text


def _row(digest: Digest, due: datetime) -> Delivery:
    run = f"{digest.id}:{due:%Y-%m-%d}"
    return Delivery(run, digest.id, digest.workspace_id, "scheduled", due, due, "sent", ROOM, ended_at=due)


def _digest() -> Digest:
    return Digest("d1", "T01SUNRISE", "Morning digest", ROOM, OWNER, Timetable("America/New_York"))
