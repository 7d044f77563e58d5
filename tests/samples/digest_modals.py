"""The list of a channel's digests, the form, the history and the notices, to look at: one of every kind."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from blocks import kit
from blocks.card_options import CardOptions
from blocks.digests import (
    all_campaigns,
    announcements,
    campaigns_csv,
    form_notes,
    late,
    notice,
    preview,
    send_now,
    stopped,
)
from blocks.digests import form as digest_form
from blocks.digests import history as digest_history
from blocks.digests import listing as digest_listing
from blocks.digests.all_campaigns import Campaigns, Page
from blocks.digests.form_fields import Filled, Known
from blocks.digests.list_page import ListPage
from blocks.digests.listed import Listed
from blocks.digests.listing import Digests, Note
from blocks.digests.timetable import next_five
from blocks.kit import Block, Message
from bot.campaigns.figures import Figures
from bot.digests.causes import OF_CHANNEL
from bot.digests.changes import Leaver
from bot.digests.digest import PAUSING_REASONS, CampaignFilter, Delivery, Digest, Pause
from bot.digests.late import LateDigest
from bot.digests.report import Row
from bot.digests.timetable import Timetable
from bot.errors import Unavailable
from bot.records import OPERATOR

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
    often="cron",
    cron="0 9 1 * *",
    starts="2026-12-01",
    ends="2027-03-31",
    length="condensed",
    options=("skip", "thread"),
    backup="U02ADMIN",
)
WELL: Final = Known(next_five(DIGEST.timetable, NOW), matches=form_notes.matches(18, 0))

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
SENT: Final = Delivery("d:x", DIGEST.id, "T01SUNRISE", "scheduled", DUE, DUE, "sent", "C02STANDUP", ended_at=DUE)
IDS: Final = tuple(f"{one}97f6eca-6276-4993-bfeb-53cbbbba6f08" for one in "abcde")
HOW_THEY_WENT: Final = [
    Listed(DIGEST, SENT, is_read=True, link="https://sunrise.slack.com/archives/C02STANDUP/p1", may_pause=True),
    Listed(
        replace(DIGEST, choice=CampaignFilter(status="active", words="ACA")),
        replace(SENT, ended_at=DUE + timedelta(minutes=25)),
        is_read=True,
    ),
    Listed(
        replace(DIGEST, choice=CampaignFilter(ids=IDS)),
        replace(SENT, state="failed", reason="slack"),
        is_read=True,
        names=dict(zip(IDS, ("AEP", "*Medicare*", "Turning 65", "Dual"), strict=False)),
    ),
    Listed(replace(DIGEST, choice=CampaignFilter(ids=IDS[:1])), replace(SENT, state="unconfirmed"), is_read=True),
    Listed(
        replace(DIGEST, choice=CampaignFilter(words="plan")),
        replace(SENT, state="skipped", reason="unchanged", due=NOW - timedelta(hours=1)),
        is_read=True,
    ),
    Listed(replace(DIGEST, choice=CampaignFilter()), is_read=True),
    Listed(DIGEST, replace(SENT, state="posting"), is_read=True),
    Listed(DIGEST, LATE, is_read=True, waiting=LATE),
    Listed(STOPPED, replace(SENT, state="failed", reason="is_archived"), is_read=True),
]
ROWS_OF_ALL: Final = tuple(
    Row(
        f"{number:08}-6276-4993-bfeb-53cbbbba6f08",
        Figures(
            f"Campaign {number:02}" if number else "",
            ("active", "paused", "completed", "brand_new", None)[number % 5],
            calls=900 + number,
            states={"completed": 40 * number, "failed": number, "pending": 300 - number, "in_progress": 2}
            if number % 7 != 6
            else {},
        ),
        {"calls": 100 - number} if number % 3 else {},
        is_new=number == 4,
    )
    for number in range(45)
)
OF_ALL: Final = Campaigns(DIGEST, ROWS_OF_ALL[:9], NOW - timedelta(hours=2), DUE)
LEAVERS: Final = (
    Leaver("c1", "Final expense", None),
    Leaver("c2", "Plan check Q4", "completed"),
    Leaver("c3", "", "paused"),
)
CAMPAIGN_WINDOWS: Final[dict[str, Block]] = {
    "digest-campaigns": all_campaigns.window(OF_ALL, Page("d:x"), "{}", NOW),
    "digest-campaigns-needing": all_campaigns.window(
        replace(OF_ALL, needing={ROWS_OF_ALL[2].id}, judged_at=NOW, unread=1), Page("d:x", "needs"), "{}", NOW
    ),
    "digest-campaigns-second-page": all_campaigns.window(
        replace(OF_ALL, rows=ROWS_OF_ALL, since=None, unread=2), Page("d:x", "name", 40), "{}", NOW
    ),
    "digest-campaigns-with-leavers": all_campaigns.window(replace(OF_ALL, leavers=LEAVERS), Page("d:x"), "{}", NOW),
    "digest-campaigns-with-many-leavers": all_campaigns.window(
        replace(OF_ALL, leavers=LEAVERS * 15), Page("d:x"), "{}", NOW
    ),
    "digest-campaigns-newest-instead": all_campaigns.window(
        replace(all_campaigns.instead(OF_ALL), rows=ROWS_OF_ALL[:1], options=CardOptions(short="shared")),
        Page("d:x"),
        "{}",
        NOW,
    ),
    "digest-campaigns-first-page": all_campaigns.window(
        replace(OF_ALL, rows=ROWS_OF_ALL), Page("d:x", "failed"), "{}", NOW
    ),
    "digest-campaigns-csv": all_campaigns.window(replace(OF_ALL, may_send=True), Page("d:x"), "{}", NOW),
    "digest-campaigns-csv-sending": all_campaigns.window(
        all_campaigns.sending(replace(OF_ALL, may_send=True)), Page("d:x"), "{}", NOW
    ),
    "digest-campaigns-csv-sent": all_campaigns.window(all_campaigns.sent(OF_ALL), Page("d:x"), "{}", NOW),
    "digest-campaigns-csv-of-one": all_campaigns.window(
        all_campaigns.sent(replace(OF_ALL, rows=ROWS_OF_ALL[:1], may_send=True)), Page("d:x"), "{}", NOW
    ),
    **{
        f"digest-campaigns-csv-{why}": all_campaigns.window(
            all_campaigns.not_sent(replace(OF_ALL, may_send=True), why), Page("d:x"), "{}", NOW
        )
        for why in ("refused", "later", "unconfirmed")
    },
    "digest-campaigns-gone": all_campaigns.gone(DIGEST),
}


def keeper(digest: Digest) -> Listed:
    """Return the digest as a manager sees it."""
    return Listed(digest, may_manage=True, may_pause=True, may_resume=True, may_connect=True)


def listing(*digests: Digest | Listed, **more: Any) -> Message:
    """Return the list of these digests, as their owner sees it."""
    listed = [one if isinstance(one, Listed) else keeper(one) for one in digests]
    return digest_listing.card(Digests(**{"shown": listed, "count": len(listed), **more}), NOW)


TEN_PAST: Final = DUE + timedelta(minutes=10)
GRACE: Final = timedelta(hours=2)


def told(name: str, **changes: Any) -> LateDigest:
    """A digest of this name that a late line tells of, with changes to its delivery."""
    return LateDigest(replace(DIGEST, id=name, name=name), replace(LATE, digest_id=name, **changes))


MESSAGES: Final[dict[str, Message]] = {
    "digest-csv": campaigns_csv.message(OF_ALL, NOW),
    "digest-csv-of-one": campaigns_csv.message(replace(OF_ALL, rows=ROWS_OF_ALL[:1], since=None), NOW),
    "digests-none": listing(),
    "digests-none-and-not-there": listing(cannot_post="absent"),
    "digests-one": listing(DIGEST),
    "digests-late": digest_listing.card(
        Digests(
            [Listed(replace(DIGEST, id=one), waiting=replace(LATE, reason=one)) for one in WAITS], count=len(WAITS)
        ),
        DUE + timedelta(minutes=12),
    ),
    "digests-of-every-state": listing(*SEVERAL, deleted=[replace(DIGEST, deleted_at=NOW)], cannot_post="archived"),
    "digests-many-deleted": listing(deleted=[replace(DIGEST, id=str(one), deleted_at=NOW) for one in range(40)]),
    "digests-one-is-back": listing(DIGEST, note=Note(digest_listing.restored_note(DIGEST, NOW))),
    "digests-one-paused": listing(PAUSED, note=digest_listing.paused_note(keeper(PAUSED), NOW)),
    "digests-many": listing(
        *(replace(DIGEST, id=f"d{one}") for one in range(10)), count=40, page=ListPage(start=10), may_see_all=True
    ),
    "digests-for-a-member": listing(*HOW_THEY_WENT),
    "digests-of-the-workspace": listing(
        *(replace(one, may_manage=True) for one in HOW_THEY_WENT),
        count=23,
        page=ListPage(everywhere=True, start=10, words="aca"),
        may_see_all=True,
    ),
    "digests-of-the-workspace-none": listing(page=ListPage(everywhere=True, words="aca"), may_see_all=True),
    "digests-of-the-workspace-none-at-all": listing(page=ListPage(everywhere=True), may_see_all=True),
    "digests-in-a-direct-message": listing(direct=True),
    "digest-paused": digest_listing.paused(Listed(PAUSED, SENT, is_read=True, may_resume=True), NOW),
    "digest-paused-on-the-server": digest_listing.paused(
        keeper(replace(DIGEST, pause=Pause(NOW, "person", by=OPERATOR))), NOW
    ),
    "digest-paused-by-a-keeper": digest_listing.paused(keeper(PAUSED), NOW),
    "digest-paused-already": digest_listing.paused(Listed(PAUSED, SENT, is_read=True), NOW, already=True),
    "digest-paused-too-late": digest_listing.paused(keeper(replace(DIGEST, next_due=None)), NOW, already=True),
    "digest-held": digest_listing.paused(keeper(HELD), NOW),
    **{
        f"digest-failed-{reason}": digest_history.failed_notice(Listed(DIGEST), reason, NOW)
        for reason in sorted(PAUSING_REASONS)
    },
    **{
        f"digests-failed-{reason}": stopped.notice(
            [Listed(replace(DIGEST, id=str(one), name=f"Digest {one}"), SENT, is_read=True) for one in range(3)],
            reason,
            NOW,
        )
        for reason in sorted(OF_CHANNEL)
    },
    "digests-failed-many": stopped.notice(
        [Listed(replace(STOPPED, id=str(one))) for one in range(40)], "is_archived", NOW
    ),
    "digest-not-let-in": stopped.notice([Listed(DIGEST)], "not_installed", NOW),
    "digests-not-let-in": stopped.notice([Listed(one) for one in SEVERAL], "not_installed", NOW),
    "late-one": late.line([told("Morning digest")], GRACE, TEN_PAST),
    "late-several": late.line(
        [told("Morning digest"), told("<!channel> *x*"), told("C", reason="limit")], GRACE, TEN_PAST
    ),
    "late-some-lost": late.line([told("A"), told("B", state="failed"), told("C", state="sent")], GRACE, TEN_PAST),
    "late-lost": late.line(
        [
            told("A", state="skipped", reason="unchanged"),
            told("B", state="unconfirmed", reason="unconfirmed"),
            *(told(f"Digest {number}", state="failed", due=DUE - timedelta(hours=number)) for number in range(12)),
        ],
        GRACE,
        TEN_PAST,
    ),
    "digest-waits-for-key": digest_history.waits_for_key([Listed(DIGEST)], NOW),
    "digest-waits-for-fixed-key": digest_history.waits_for_key(
        [HOW_THEY_WENT[0], Listed(replace(DIGEST, name="Weekly"), replace(SENT, state="failed", reason="key"))],
        NOW,
        fixed=True,
    ),
    "digest-unconfirmed": digest_history.failed_notice(Listed(STOPPED), "unconfirmed", NOW, run="d:2026-11-20T09:00"),
    "digest-handed-over": digest_history.handed_over(HOW_THEY_WENT[0], "U09GONE", NOW),
    "digest-introduction": announcements.introduction(Listed(DIGEST), "U03MEMBER", "/campaign", NOW),
    "digest-introduction-of-named": announcements.introduction(
        replace(HOW_THEY_WENT[2], digest=replace(HOW_THEY_WENT[2].digest, next_due=None)), "U03MEMBER", "/campaign", NOW
    ),
    "digest-introduction-of-words": announcements.introduction(
        Listed(replace(DIGEST, choice=CampaignFilter(words="aep <!here>"))), "U03MEMBER", "/campaign", NOW
    ),
    "digest-goes-on": notice.notice(announcements.goes_on(DIGEST, NOW), HOW_THEY_WENT[0], NOW),
    "digest-last-day": announcements.asks_to_go_on(
        replace(
            HOW_THEY_WENT[0],
            digest=replace(DIGEST, timetable=replace(DIGEST.timetable, ends=date(2026, 11, 24)), next_due=None),
        ),
        NOW,
    ),
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
PLAIN: Final = Message("Morning digest", (kit.section("*Morning digest*\n529 calls"), kit.context("weekdays 9:00 AM")))
VIEWS: Final[dict[str, Block]] = {
    "digest-form": digest_form.form(NEW, WELL, "{}", STATUSES, new=True),
    "digest-form-whole": digest_form.form(
        ALL, replace(WELL, note=form_notes.joined("C02STANDUP")), "{}", STATUSES, new=False
    ),
    "digest-form-for-oneself": digest_form.form(
        replace(NEW, place="me", channel=None, often="weekly", day="5"), WELL, "{}", STATUSES, new=True
    ),
    "digest-form-monthly-of-somebody-else": digest_form.form(
        replace(NEW, place="me", channel=None, often="month"), replace(WELL, other=True), "{}", STATUSES, new=False
    ),
    "digest-form-not-there": digest_form.form(
        replace(NEW, often="days"),
        replace(
            WELL,
            cannot_post=form_notes.may_join(),
            may_join=True,
            there=(form_notes.shared(), form_notes.same_name(DIGEST, NOW), form_notes.same_content(STOPPED, NOW)),
            note=form_notes.not_joined("C02STANDUP"),
        ),
        "{}",
        STATUSES,
        new=True,
    ),
    "digest-form-not-saved-yet": digest_form.form(
        replace(NEW, kind="filter", words="zzz"),
        replace(WELL, matches=form_notes.matches(0, 0), none_match=True, note=form_notes.unsaid("Save")),
        "{}",
        STATUSES,
        new=True,
    ),
    "digest-form-changed-by-somebody": digest_form.form(
        ALL, replace(WELL, over=form_notes.over("U02ADMIN", NOW, "U01OWNER", NOW)), "{}", STATUSES, new=False
    ),
    "digest-form-changed-elsewhere": digest_form.form(
        NEW, replace(WELL, over=form_notes.over("U01OWNER", NOW, "U01OWNER", NOW)), "{}", STATUSES, new=False
    ),
    "digest-form-changed-nobody-knows-by-whom": digest_form.form(
        NEW,
        replace(WELL, over=form_notes.over("", NOW, "U01OWNER", NOW)),
        "{}",
        STATUSES,
        new=False,
    ),
    "digest-form-filter-and-troubles": digest_form.form(
        replace(NEW, kind="filter", status="brand_new", zone="", days=(), times="", channel=None, name=""),
        Known(
            wrong="Times: <x> is not a time",
            matches=form_notes.unasked(Unavailable("x"), NOW),
            cannot_post="Not there.",
        ),
        "{}",
        STATUSES,
        new=True,
    ),
    "digest-preview-window": preview.window(PLAIN, "C02STANDUP", "U01OWNER", typed="x", metadata="{}"),
    "digest-preview-window-too-long": preview.window(PLAIN, "C02STANDUP", "U01OWNER", typed=None, metadata="{}"),
    "digest-preview-window-sent": preview.noted(
        {"private_metadata": "{}"},
        [*preview.window(PLAIN, "U01OWNER", "U01OWNER", typed="x", metadata="{}")["blocks"]],  # type: ignore[misc]  # blocks in JSON
        preview.sent(),
    ),
    "digest-saved": digest_form.saved(DIGEST, next_five(DIGEST.timetable, NOW), NOW, "{}"),
    "digest-saved-new": digest_form.saved(DIGEST, next_five(DIGEST.timetable, NOW), NOW, "{}", new=True),
    "digest-saved-for-oneself": digest_form.saved(
        replace(DIGEST, channel_id="U01OWNER"),
        next_five(DIGEST.timetable, NOW),
        NOW,
        "{}",
        reader="U01OWNER",
        new=True,
    ),
    "digest-saved-with-a-last-day": digest_form.saved(DIGEST, next_five(DIGEST.timetable, NOW)[:2], NOW, "{}"),
    "digest-saved-paused": digest_form.saved(
        replace(PAUSED, timetable=Timetable("UTC", ends=date(2020, 1, 1))), (), NOW, "{}"
    ),
    "digest-history": digest_history.modal(keeper(DIGEST), ROWS, "{}", NOW),
    "digest-history-waits-for-a-key": digest_history.modal(
        keeper(replace(DIGEST, pause=Pause(NOW, "key"))),
        [_row(number, state="failed", reason="key") for number in range(3)],
        "{}",
        NOW,
    ),
    "digest-history-for-a-guest": digest_history.modal(Listed(STOPPED), ROWS, "{}", NOW),
    "digest-history-confirmed": digest_history.modal(
        keeper(DIGEST), ROWS[:1], "{}", NOW, note=digest_history.confirmed(DIGEST, done=True)
    ),
    "digest-history-not-confirmed": digest_history.modal(
        keeper(DIGEST), ROWS[:1], "{}", NOW, note=digest_history.confirmed(DIGEST, done=False)
    ),
    **CAMPAIGN_WINDOWS,
    "digest-send-now": send_now.choice(DIGEST, "{}", reader="U01OWNER"),
    "digest-send-now-changed-since": send_now.choice(
        DIGEST, "{}", reader="U01OWNER", note=form_notes.sent_over("U02ADMIN", "U01OWNER")
    ),
    "digest-send-now-of-somebody": send_now.choice(replace(DIGEST, channel_id="U03MEMBER"), "{}", reader="U01OWNER"),
    "digest-send-now-of-ones-own": send_now.choice(replace(DIGEST, channel_id="U01OWNER"), "{}", reader="U01OWNER"),
    "digest-sent-now": send_now.done(digest_listing.sent_note(DIGEST)),
    "digest-sent-now-to-me": send_now.done(send_now.sent_to_me(DIGEST)),
    "digest-history-stopped": digest_history.modal(keeper(STOPPED), ROWS, "{}", NOW),
    "digest-history-empty": digest_history.modal(keeper(PAUSED), [], "{}", NOW, note=digest_listing.sent_note(DIGEST)),
}
