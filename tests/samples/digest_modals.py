"""The list of a channel's digests, the form, the history and the notices, to look at: one of every kind."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from blocks.digests import form as digest_form
from blocks.digests import history as digest_history
from blocks.digests import listing as digest_listing
from blocks.digests.form import Filled, Known
from blocks.digests.listing import Note
from blocks.digests.timetable import next_five
from blocks.kit import Block, Message
from bot.digests.digest import PAUSING_REASONS, Delivery, Digest, Pause
from bot.digests.timetable import Timetable
from bot.errors import Unavailable

NOW: Final = datetime(2026, 11, 23, 9, 2, 11, tzinfo=UTC)
DUE: Final = datetime(2026, 11, 20, 14, tzinfo=UTC)  # Fri, 09:00 in New York
STATUSES: Final = ("draft", "active", "paused")
DIGEST: Final = Digest(
    id="2cd4b5cf2639455b",
    workspace_id="T01SUNRISE",
    name="Morning digest",
    channel_id="C02STANDUP",
    owner_id="U01OWNER",
    timetable=Timetable("America/New_York"),
    created_at=DUE,
    next_due=datetime(2026, 11, 23, 14, tzinfo=UTC),
)
MIDNIGHT: Final = datetime(2026, 11, 24, 5, tzinfo=UTC)  # in New York
PAUSED: Final = replace(DIGEST, pause=Pause(NOW, "person", MIDNIGHT, "U03MEMBER"))
HELD: Final = replace(DIGEST, name="Held", pause=Pause(NOW, "person", None, "U03MEMBER"))
STOPPED: Final = replace(DIGEST, name="<!channel> *x*", pause=Pause(NOW, "failed", detail="is_archived"))
SEVERAL: Final = [
    DIGEST,
    PAUSED,
    STOPPED,
    replace(DIGEST, name="Waits", pause=Pause(NOW, "key")),
    HELD,
    replace(DIGEST, name="No more", next_due=None),
    replace(PAUSED, name="No more then", timetable=Timetable("America/New_York", ends=date(2026, 11, 23))),
]
NEW: Final = Filled("Morning digest", "C02STANDUP", "America/New_York")
ALL: Final = replace(
    NEW,
    kind="these",
    picked={"497f6eca-6276-4993-bfeb-53cbbbba6f08": "AEP Outreach 2026", "x": "y" * 75},
    more=True,
    cron="0 9 1 * *",
    starts="2026-12-01",
    ends="2027-03-31",
    length="condensed",
    options=("skip", "thread"),
    backup="U02ADMIN",
)
WELL: Final = Known(next_five(DIGEST.timetable, NOW), matches=digest_form.matches(18, 0, 1))
LATE: Final = Delivery(  # it waits for a retry
    "2cd4b5cf2639455b:2026-11-20T09:00-05:00",
    DIGEST.id,
    DIGEST.workspace_id,
    "scheduled",
    due=DUE,
    wanted_at=DUE,
    state="due",
    channel_id=DIGEST.channel_id,
    reason="carecycle",
    try_at=DUE + timedelta(minutes=20),
    attempt=3,
)
WAITS: Final = ("carecycle", "limit", "unreadable", "slack", "too_late", "unconfirmed", "bug")
MESSAGES: Final[dict[str, Message]] = {
    "digests-none": digest_listing.card([], NOW),
    "digests-none-and-not-there": digest_listing.card([], NOW, cannot_post="absent"),
    "digests-one": digest_listing.card([DIGEST], NOW),
    "digests-late": digest_listing.card(
        [replace(DIGEST, id=reason) for reason in WAITS],
        DUE + timedelta(minutes=12),
        waiting={reason: replace(LATE, reason=reason) for reason in WAITS},
    ),
    "digests-of-every-state": digest_listing.card(
        SEVERAL, NOW, note=Note(digest_listing.deleted_note(DIGEST)), cannot_post="archived"
    ),
    "digests-one-paused": digest_listing.card(
        [PAUSED], NOW, note=digest_listing.paused_note(PAUSED, NOW, may_manage=True)
    ),
    "digests-many": digest_listing.card([replace(DIGEST, id=f"d{one}") for one in range(40)], NOW),
    "digests-in-a-direct-message": digest_listing.direct("/campaign"),
    "digest-paused": digest_listing.paused(PAUSED, NOW, may_manage=False),
    "digest-paused-by-a-keeper": digest_listing.paused(PAUSED, NOW, may_manage=True),
    "digest-held": digest_listing.paused(HELD, NOW, may_manage=True),
    **{f"digest-failed-{reason}": digest_history.failed_notice(DIGEST, reason) for reason in sorted(PAUSING_REASONS)},
    "digest-waits-for-key": digest_history.waits_for_key(DIGEST),
    "digest-waits-for-fixed-key": digest_history.waits_for_key(DIGEST, fixed=True),
    "digest-unconfirmed": digest_history.failed_notice(STOPPED, "unconfirmed", run="d:2026-11-20T09:00"),
    "digest-handed-over": digest_history.handed_over(DIGEST),
}


def _row(number: int, **more: object) -> Delivery:
    due = DUE - timedelta(days=number)
    row = Delivery(f"d:{number}", DIGEST.id, "T01SUNRISE", "scheduled", due, due, "sent", "C02STANDUP", ended_at=due)
    return replace(row, **more)  # type: ignore[arg-type]  # fields by name


ROWS: Final = [
    _row(0, state="unconfirmed", reason="unconfirmed"),
    _row(1, state="failed", reason="is_archived"),
    _row(2, state="failed", reason="carecycle"),
    _row(3, state="skipped", reason="paused", asked_by="U03MEMBER"),
    _row(4, ended_at=DUE - timedelta(days=4) + timedelta(minutes=12), reason="limit"),
    _row(5),
    _row(6, state="failed", reason="bug"),
    _row(7, state="skipped", reason="unchanged"),
    _row(8, kind="now", asked_by="U02ADMIN"),
]
VIEWS: Final[dict[str, Block]] = {
    "digest-form": digest_form.form(NEW, WELL, "{}", STATUSES, new=True),
    "digest-form-whole": digest_form.form(
        ALL, replace(WELL, note=digest_form.previewed("C02STANDUP", direct=False)), "{}", STATUSES, new=False
    ),
    "digest-form-changed-by-somebody": digest_form.form(
        ALL, replace(WELL, over=digest_form.over("U02ADMIN", NOW, "U01OWNER", NOW)), "{}", STATUSES, new=False
    ),
    "digest-form-changed-elsewhere": digest_form.form(
        NEW, replace(WELL, over=digest_form.over("U01OWNER", NOW, "U01OWNER", NOW)), "{}", STATUSES, new=False
    ),
    "digest-form-changed-nobody-knows-by-whom": digest_form.form(
        NEW,
        replace(WELL, over=digest_form.over("", NOW, "U01OWNER", NOW), note=digest_form.sent_over(None, "U01OWNER")),
        "{}",
        STATUSES,
        new=False,
    ),
    "digest-form-filter-and-troubles": digest_form.form(
        replace(NEW, kind="filter", status="brand_new", zone="", days=(), times="", channel=None, name=""),
        Known(
            wrong="Times: <x> is not a time",
            matches=digest_form.unasked(Unavailable("x"), NOW),
            cannot_post="Not there.",
        ),
        "{}",
        STATUSES,
        new=True,
    ),
    "digest-saved": digest_form.saved(DIGEST, next_five(DIGEST.timetable, NOW), NOW, "{}"),
    "digest-saved-paused": digest_form.saved(
        replace(PAUSED, timetable=Timetable("UTC", ends=date(2020, 1, 1))), (), NOW, "{}"
    ),
    "digest-history": digest_history.modal(DIGEST, ROWS, "{}", NOW),
    "digest-history-waits-for-a-key": digest_history.modal(
        replace(DIGEST, pause=Pause(NOW, "key")),
        [_row(number, state="failed", reason="key") for number in range(3)],
        "{}",
        NOW,
    ),
    "digest-history-stopped": digest_history.modal(STOPPED, ROWS, "{}", NOW),
    "digest-history-empty": digest_history.modal(PAUSED, [], "{}", NOW, note=digest_listing.sent_note(DIGEST)),
}
