"""Sentences that stand in a field, a row or a note, and campaigns of which *Details* say more than of the usual one."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from blocks.campaigns import campaign as campaign_card
from blocks.campaigns import details, listing, problems, search
from blocks.digests import add_campaign, announcements, campaigns_csv, form_fields, form_notes, reasons
from blocks.digests import history as digest_history
from blocks.kit import Block, Message
from blocks.previews import work_object
from blocks.short_reasons import short_reason
from blocks.workspace import connect, recent_changes
from blocks.workspace import settings as settings_card
from bot import errors
from bot.campaigns.listing import Listing
from bot.digests.digest import CampaignFilter, Delivery
from bot.errors import BotError
from bot.records import APP, OPERATOR
from tests.conftest import AS_OF, reading
from tests.samples.assessments import ASSESSMENTS, READ_AT, assessed, kinds
from tests.samples.cards import BARE, DEED, FOUND, LIMIT, LOOK, OUTAGE, PROFILE
from tests.samples.digest_modals import DIGEST, NOW, keeper
from tests.samples.digest_reports import MORE_DIGESTS

_ON: Final = {"isActive": True}
_DESK: Final[dict[str, Any]] = {
    "routingType": "grouped",
    "maxRingPerAgent": 15,
    "tryCustomerAgentFirst": True,
    "tryPreviousSoftphoneAgentFirst": True,
    "stateBasedRouting": True,
    "stateRoutingFallback": "fallback",
    "groups": [
        {"agents": [_ON]},
        {"name": "Night", "isActive": False, "agents": [_ON, _ON]},
        {"name": "East"},
        *({"name": f"Line {number}", "isActive": True, "agents": []} for number in range(1, 5)),
        {"name": "West", "routingType": "round_robin", "agents": [{}, {}]},
    ],
}
_OTHER: Final[dict[str, Any]] = {
    "maxAttempts": 3,
    "dialAfterhours": True,
    "hasInquiryCallback": True,
    "enablePulse": False,
    "endDate": "2026-12-31T00:00:00Z",
    "features": {"transfers": True, "appointments": False},
    "appointmentConfig": {"appointmentLength": 30, "concurrentLimit": -1, "preferredMode": "zipcode"},
    "transferConfig": {"type": "softphone", "routingConfig": _DESK},
    "transferConfigIds": ["66eebc57-8f4e-4b4f-8041-f5ee8bae8e66"],
}
_BOTH_OFF: Final[dict[str, Any]] = {
    "maxConcurrentCalls": 10,
    "dialAfterhours": True,
    "hasInquiryCallback": False,
    "appointmentConfig": None,
    "transferConfig": {"type": "softphone"},
}


def plain_text(option: Any) -> str:  # Any: JSON of Slack
    """Return what an option says."""
    return str(option["text"])


_DUE: Final = Delivery("d:0", DIGEST.id, "T01SUNRISE", "scheduled", NOW, NOW, "due", "C02STANDUP")
_DEEDS: Final = [
    *(replace(DEED, action=action) for action in recent_changes.BY_PEOPLE),
    *(replace(DEED, actor=APP, action=action) for action in recent_changes.BY_THE_APP),
    replace(DEED, actor=OPERATOR, action="digest paused"),
    replace(DEED, actor=APP, details={"changed": ["campaign_link"]}),
    replace(DEED, actor=APP, details={"changed": ["link_tried"]}),
]
SHORT_ERRORS: Final[tuple[BotError, ...]] = (
    errors.KeyRejected(),
    errors.KeyForbidden(),
    errors.StoreUnavailable(),
    errors.NotConnected(),
    errors.CampaignNotFound(),
    LIMIT,
    OUTAGE,
    errors.Slow(),
    errors.Unreadable("x", reference="1800f02d"),
    errors.Busy(),
)
_FINDING: Final = {
    "find-options": search.options(FOUND, "plan"),
    "find-none": search.options(Listing((), True), "plan"),
    "find-none-at-all": search.options(Listing((), True), ""),
    "find-none-yet": search.options(Listing((), False), "plan"),
    "find-in-an-outage": search.options(Listing((), True, OUTAGE), "plan"),
    "find-with-problems": search.with_problems(ASSESSMENTS["several-in-one"].needing_a_person()),
    "find-with-no-problems": search.with_problems(()),
    "find-near-the-limit": search.options(Listing((), True, LIMIT), "plan"),
}
_SAID: Final = replace(problems.wording(ASSESSMENTS["every-kind"], READ_AT, plain=True), place="")
_STILL: Final = (ASSESSMENTS[name] for name in ("standing-still", "some-standing-still"))
TEXTS: Final[Mapping[str, tuple[str, ...]]] = {
    **{name: tuple(plain_text(option["text"]) for option in found) for name, found in _FINDING.items()},
    "row-of-an-error": tuple(short_reason(error) for error in SHORT_ERRORS),
    "key-refused": tuple(
        connect.refusal(error, AS_OF)
        for error in (
            errors.KeyRejected(),
            errors.KeyForbidden(),
            errors.Unreadable("x", "question", reference="1800f02d"),
            OUTAGE,
            LIMIT,
        )
    ),
    "key-no-key": (connect.wrong_prefix(),),
    "digest-csv-columns": (", ".join(campaigns_csv.HEADER),),
    "pane-slow": (work_object.SLOW,),
    "pane-not-taken": (work_object.NOT_TAKEN,),
    "digest-channel": tuple(
        form_notes.cannot_post(why) for why in ("direct", "absent", "archived", "not_shown", "unsure")
    ),
    "digest-form-asking": (form_fields.Known().matches,),
    "digest-form-slow": (form_notes.slow(),),
    "digest-form-none": (form_notes.matches(0, 0),),
    "digest-form-beyond": (form_notes.matches(530, 30),),
    "digest-form-not-joined": (form_notes.not_joined("C02STANDUP"),),
    "digest-not-added": (
        add_campaign.why_not(DIGEST),
        add_campaign.why_not(replace(DIGEST, choice=CampaignFilter(ids=(LOOK["id"],) * 500))),
    ),
    "digest-last-day-answered": (
        announcements.goes_on(DIGEST, NOW),
        announcements.has_ended(DIGEST, "/campaign"),
    ),
    "digest-sent-again": (
        digest_history.again(DIGEST, began=True),
        digest_history.again(DIGEST, began=False),
    ),
    "problems": tuple(problems.sentence(one, assessed("Plan"), _SAID) for one in kinds().values()),
    "problems-of-an-account": tuple(problems.account_wide(one, _SAID) for one in _STILL),
    "digest-reasons": tuple(reasons.why(reason) for reason in reasons._WHY),
}
MORE: Final[Mapping[str, Message | Block]] = {
    "campaign-with-many-findings": campaign_card.card(reading(LOOK | _OTHER)),
    "details-of-tiers": details.card(reading(BARE | _OTHER), names=False),
    "details-little-known": details.card(reading(BARE | _BOTH_OFF), names=False),
    "list-in-an-outage": listing.page(Listing(FOUND.entries, True, OUTAGE), listing.PageState()),
    "digest-history-due": digest_history.modal(keeper(DIGEST), [_DUE], "{}", NOW),
    **MORE_DIGESTS,
    "settings-audit": settings_card.form(PROFILE, _DEEDS, "{}", AS_OF),
}
