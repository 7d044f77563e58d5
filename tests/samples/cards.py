"""One of every card, form and window there is, and whether Slack would take them."""

import json
import re
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Final, get_args

from pydantic import SecretStr

from blocks import not_sent, notices, unknown
from blocks.campaigns import campaign as campaign_card
from blocks.campaigns import check, compare, details, short_list
from blocks.campaigns import listing as campaign_list
from blocks.campaigns import search as campaign_search
from blocks.campaigns.listing import PageState
from blocks.card_options import SECTIONS, WHOLE, CardOptions
from blocks.digests import add_campaign
from blocks.digests.listed import Listed, row
from blocks.kit import Block, Message
from blocks.workspace import ask, connect
from blocks.workspace import help as help_card
from blocks.workspace import settings as settings_card
from bot import errors
from bot.campaigns.campaign import Reading
from bot.campaigns.listing import Entry, Listing, entry_of
from bot.digests.digest import CampaignFilter
from bot.digests.errors import CannotSend, NewerArrived, TooManyDigests
from bot.errors import BotError, CampaignNotFound, RateLimited, Unavailable, Unreadable
from bot.insight.assessment import Current, OnIt, Outlook
from bot.insight.days import CallingDay
from bot.insight.problems import AllStandingStill
from bot.records import (
    APP,
    Account,
    AuditEntry,
    ConnectAsk,
    Connection,
    KnownAccount,
    Likeness,
    Preferences,
    Profile,
    Remedy,
)
from bot.slack.command import help_cards
from playground.samples import samples
from playground.slack.rules import refusals, view_refusals
from tests.conftest import AEP, AS_OF, reading, text_of
from tests.drivers.slack_limits import check_blocks, check_view
from tests.samples import digest_reports
from tests.samples.assessments import account, assessed, kinds
from tests.samples.checks import CHECK_WINDOWS, CHECKS, TROUBLED
from tests.samples.digest_modals import DIGEST, NOW, PAUSED, STOPPED
from tests.samples.digest_modals import MESSAGES as DIGEST_MESSAGES
from tests.samples.digest_modals import VIEWS as DIGEST_VIEWS
from tests.samples.problem_pages import PROBLEM_PAGES
from tests.samples.quiet_windows import QUIET_PAGES, QUIET_WINDOWS
from tests.samples.which import NOT_UNDERSTOOD, WHICH

SAMPLES: Final = {sample["id"]: sample for sample in samples()}
LOOK: Final = SAMPLES[AEP]
BARE: Final = {"id": AEP}
OUTAGE, LIMIT = Unavailable("status 503"), RateLimited(40)
UNREADABLE: Final = Unreadable("no JSON object", reference="7f3a9c12")
OTHER: Final = next(id_ for id_ in SAMPLES if id_ != AEP)
REMEDIES: Final = {
    "manager": Remedy("manager"),
    "member": Remedy("member", "U01OWNER", "Alice Moreno", "C01AEP"),
    "member-who-knows-nobody": Remedy("member"),
    "guest": Remedy("guest"),
    "partner": Remedy("outsider"),
}


def _unavailable(**about: object) -> errors.StoreUnavailable:
    error = errors.StoreUnavailable()
    vars(error).update(about)
    return error


NOTICES: Final[dict[str, BotError]] = {
    "not-connected": errors.NotConnected(),
    **{f"not-connected-for-a-{role}": errors.NotConnected().for_person(one) for role, one in REMEDIES.items()},
    "key-rejected-for-a-manager": errors.KeyRejected().for_person(Remedy("manager")),
    "key-rejected-for-a-member": errors.KeyRejected().for_person(REMEDIES["member"]),
    "key-rejected-for-a-guest": errors.KeyRejected().for_person(Remedy("guest")),
    **NOT_UNDERSTOOD,
    "not-installed": errors.NotInstalled("https://bot.example.com/slack/install"),
    "not-allowed": errors.NotAllowed(),
    "not-allowed-ask": errors.NotAllowed(("U01OWNER", "U03MEMBER")),
    "not-allowed-to-connect": errors.NotAllowed(to="connect"),
    "not-allowed-to-disconnect": errors.NotAllowed(("U01OWNER",), to="disconnect"),
    "not-allowed-settings": errors.NotAllowed(("U01OWNER",), to="settings"),
    "key-forbidden-for-a-member": errors.KeyForbidden().for_person(Remedy("member", "U01OWNER", "Alice Moreno")),
    "not-allowed-unsure": errors.NotAllowed(unsure=True),
    "not-allowed-keepers": errors.NotAllowed(("U01OWNER",), who="owners"),
    "not-allowed-keepers-unsure": errors.NotAllowed(unsure=True, who="owners"),
    "not-allowed-members": errors.NotAllowed(who="members"),
    "not-allowed-pausers": errors.NotAllowed(("U01OWNER", "U02ADMIN"), who="pausers"),
    "not-allowed-pausers-nobody-known": errors.NotAllowed(who="pausers"),
    "not-allowed-digests": errors.NotAllowed(("U01OWNER",), to="digests"),
    "not-allowed-sharers": errors.NotAllowed(("U03MEMBER",), who="sharers"),
    "not-posted-kept": errors.NotPosted("kept"),
    "not-shown-here": errors.NotShownHere(),
    "outsider": errors.Outsider(),
    "outsider-unsure": errors.Outsider(unsure=True),
    "not-posted-absent": errors.NotPosted("absent"),
    "not-posted-direct": errors.NotPosted("direct"),
    "not-posted-archived": errors.NotPosted("archived"),
    "not-posted-restricted": errors.NotPosted("restricted"),
    "not-posted-gone": errors.NotPosted("gone"),
    "not-posted-trouble": errors.NotPosted("trouble"),
    "key-fixed": errors.KeyFixed(),
    "key-changed": errors.KeyChanged(),
    "digest-gone": errors.DigestGone(),
    "too-many-digests": TooManyDigests(50),
    "digest-changed": errors.DigestChanged("U0SAM", AS_OF),
    **{f"cannot-send-{why}": CannotSend(why) for why in (*not_sent._WHY, "otherwise")},
    "newer-arrived": NewerArrived(),
    "store-unavailable": errors.StoreUnavailable(),
    "store-refuses": _unavailable(refused="it has no room"),
    "store-unclear": _unavailable(is_unclear=True),
    "busy": errors.Busy(),
    "not-opened": errors.NotOpened(),
    "slack-limited": errors.SlackLimited(12),
    "slack-limited-for-long": errors.SlackLimited(3600),
    "old-button": errors.OldButton(),
    "key-rejected": errors.KeyRejected(),
    "key-rejected-fixed": errors.KeyRejected(fixed=True),
    "key-forbidden": errors.KeyForbidden(),
    "key-forbidden-fixed": errors.KeyForbidden(fixed=True),
    "campaign-not-found": CampaignNotFound(),
    "rate-limited": LIMIT,
    "rate-limited-for-long": RateLimited(3600),
    "unavailable": OUTAGE,
    "slow": errors.Slow(),
    "unreadable": UNREADABLE,
    "unreadable-large": Unreadable("answer too large", "large", reference="7f3a9c12"),
    "unreadable-address": Unreadable("status 404", "address", reference="7f3a9c12"),
    "unreadable-question": Unreadable("status 422", "question", reference="7f3a9c12"),
}
SHORT: Final = CardOptions(short="shared")
BARE_OPTIONS: Final = CardOptions(hidden=frozenset(SECTIONS))
CONNECTED: Final = Connection(SecretStr("cc_0123456789abcdef"), "U01OWNER", AS_OF)
ACCOUNTS: Final = {
    likeness: Account(123, "AEP Outreach 2026", likeness, KnownAccount(AS_OF, frozenset()), looked_at=25)
    for likeness in get_args(Likeness)
}
PROFILE: Final = Profile(
    CONNECTED,
    Preferences("channel", frozenset({"about"}), "nobody", "none", {"limit": "pageSize"}),
    frozenset({"U03MEMBER"}),
)
FILTERS: Final = [
    CampaignFilter(status="active"),
    CampaignFilter(words="plan"),
    CampaignFilter(status="paused", words="channel"),
    CampaignFilter(),
]
LINK_FORM: Final = "https://app.carecycle.ai/campaigns/{id}"
DEED: Final = AuditEntry(AS_OF, "T01SUNRISE", "U01OWNER", "connected", {"last_four": "cdef"})
FOUND: Final = Listing(
    (
        Entry(AEP, "AEP Outreach 2026", "active", "Outbound renewals", AS_OF),
        Entry(OTHER, "<!channel> *Plan*", "brand_new", "", None),
        Entry(OTHER[:-1] + "0", "", None, "", None),
    ),
    True,
)
ROWS: Final = Listing(tuple(entry_of(reading(one)) for one in SAMPLES.values() if one.get("name")), True)
_KINDS: Final = ((), ("broken_transfers",), ("broken_transfers", "standing_still"), ("past_end",))
_JUDGED: Final = tuple(
    replace(one, problems=kinds, looked_at=True) for one, kinds in zip(ROWS.entries, _KINDS, strict=False)
)
NOON: Final = datetime(2026, 11, 26, 17, tzinfo=UTC)  # Thursday in New York, three days after the samples' present
OUTLOOK: Final = Outlook(34, 33, NOON - timedelta(hours=1), NOON + timedelta(hours=1))
_FOUND: Final = kinds(AS_OF)
CALM: Final = Current(account(assessed("AEP", at=AS_OF, outlook=OUTLOOK), at=AS_OF))
NEEDING: Final = Current(
    account(
        assessed("AEP", *(_FOUND[name] for name in ("failed", "slow", "transfers")), at=AS_OF, outlook=OUTLOOK),
        at=AS_OF,
    ),
    {AEP: OnIt("U03MEMBER", AS_OF)},
)
ALL_STILL: Final = Current(
    account(assessed("AEP", at=AS_OF), at=AS_OF, standing_still=AllStandingStill(AS_OF - timedelta(days=4), (AEP,)))
)
EARLIER: Final = Current(
    account(
        assessed("AEP", _FOUND["unreached"], at=AS_OF, outlook=replace(OUTLOOK, calls_an_hour=12)),
        at=AS_OF - timedelta(minutes=25),
    )
)
_CALLED: Final = ((208, 31), (64, 9), (None, None), (198, 40), (1204, None), (0, 0), (87, 12))
DAYS: Final = tuple(
    CallingDay(AS_OF.date() - timedelta(days=6 - number), *counts) for number, counts in enumerate(_CALLED)
)
MESSAGES: Final[dict[str, Message]] = {
    **PROBLEM_PAGES,
    **QUIET_PAGES,
    "campaign": campaign_card.card(reading(LOOK)),
    "campaign-everything-missing": campaign_card.card(reading(BARE)),
    "campaign-with-its-pace": campaign_card.card(reading(LOOK), current=CALM),
    "campaign-with-problems": campaign_card.card(reading(LOOK), current=NEEDING),
    "campaign-standing-still-with-others": campaign_card.card(reading(LOOK), current=ALL_STILL),
    "campaign-judged-before": campaign_card.card(reading(LOOK), current=EARLIER, shared_by="U01OWNER"),
    "campaign-stale": campaign_card.card(reading(LOOK, problem=OUTAGE)),
    "campaign-shared": campaign_card.card(reading(LOOK), shared_by="U01OWNER"),
    "campaigns-condensed": short_list.card(
        [(AEP, reading(LOOK)), (OTHER, CampaignNotFound()), (BARE["id"], reading(BARE, problem=LIMIT))], left_out=2
    ),
    **{f"notice-{name}": notices.for_error(error, AS_OF, retry=AEP) for name, error in NOTICES.items()},
    "still-not-answering": notices.still(OUTAGE, AS_OF),
    "still-unreadable": notices.still(UNREADABLE, AS_OF),
    "notice-bug": notices.for_bug("7f3a9c"),
    **{f"unknown-{of}": unknown.notice(of, "/campaign") for of in get_args(unknown.Unknown)},
    "unknown-command": unknown.other_command("/campaign"),
    "help": help_card.card("/campaign", [help_card.Line("dates", "when it starts and ends", "look up")]),
    **{f"help-for-a-{role}": help_cards("/campaign")[role] for role in ("manager", "member", "guest")},
    "help-for-somebody-unknown": help_cards("/campaign")[None],
    "campaign-unchanged": campaign_card.card(reading(LOOK), unchanged_since=AS_OF),
    "campaign-for-a-thread": campaign_card.card(reading(LOOK), thread="1763888531.000100"),
    "campaigns-condensed-for-a-thread": short_list.card(
        [(AEP, reading(LOOK)), (OTHER, CampaignNotFound())], thread="1763888531.000100"
    ),
    "ask": ask.request("U03MEMBER", "C01AEP", "missing"),
    "ask-from-home": ask.request("U03MEMBER", "", "missing"),
    "ask-refused": ask.request("U03MEMBER", "C01AEP", "refused"),
    "ask-forbidden": ask.request("U03MEMBER", "", "forbidden"),
    "asked": ask.asked("U01OWNER"),
    "asked-before": ask.asked_before(ConnectAsk(AS_OF, "U01OWNER", "U03MEMBER"), "U03MEMBER"),
    "asked-before-by-another": ask.asked_before(ConnectAsk(AS_OF, "U01OWNER", "U05"), "U03MEMBER"),
    "asked-and-refused": ask.not_delivered("U01OWNER", ("U01OWNER",), surely=True),
    "asked-and-unclear": ask.not_delivered("U01OWNER", ("U01OWNER",), surely=False),
    "asked-nobody": ask.nobody_known(()),
    "asked-without-need": ask.not_needed("/campaign"),
    "campaigns-condensed-shared": short_list.card(
        [(AEP, reading(LOOK)), (OTHER, CampaignNotFound())], shared_by="U01OWNER", options=SHORT
    ),
    "mention-without-an-id": help_card.mention("/campaign"),
    "message-without-an-id": campaign_search.without_form(campaign_search.none_in_message(nearly=False), "/campaign"),
    "search-hits": campaign_search.hits("plan", FOUND, "/campaign"),
    "search-many": campaign_search.hits("plan", Listing(FOUND.entries * 6, False), "/campaign"),
    "search-none": campaign_search.hits("<!channel> *x*", Listing((), True), "/campaign"),
    "search-none-yet": campaign_search.hits("x", Listing((), False), "/campaign"),
    "search-none-in-a-part": campaign_search.hits("x", Listing((), False, among=1200), "/campaign"),
    "search-in-an-outage": campaign_search.hits("plan", Listing(FOUND.entries, True, OUTAGE), "/campaign"),
    "search-none-in-an-outage": campaign_search.hits("plan", Listing((), True, OUTAGE), "/campaign"),
    "list": campaign_list.page(Listing(FOUND.entries * 10, False), PageState(10)),
    "list-shared": campaign_list.page(ROWS, PageState(0, None, "U01OWNER"), order="active"),
    "list-judged": campaign_list.page(Listing(_JUDGED, True), PageState(), order="changed"),
    "list-short": campaign_list.page(ROWS, PageState(), order="given", options=SHORT),
    "list-of-a-status": campaign_list.page(FOUND, PageState(0, "active"), order="changed"),
    "list-empty": campaign_list.page(Listing((), True), PageState()),
    "list-empty-of-a-status": campaign_list.page(Listing((), True), PageState(0, "paused")),
    "list-none-of-a-status-in-a-part": campaign_list.page(Listing((), False, among=500), PageState(0, "paused")),
    "list-none-of-a-status-in-an-outage": campaign_list.page(Listing((), False, OUTAGE), PageState(0, "paused")),
    "compare": compare.card(reading(LOOK), reading(SAMPLES[OTHER]), options=WHOLE),
    "compare-for-a-thread": compare.card(
        reading(LOOK), reading(SAMPLES[OTHER]), options=WHOLE, thread="1763888531.000100"
    ),
    "compare-short": compare.card(reading(LOOK), reading(BARE, problem=OUTAGE), options=SHORT, shared_by="U01OWNER"),
    "compare-the-same": compare.card(reading(LOOK), reading(LOOK), options=WHOLE),
    "compare-usage": compare.usage("/campaign"),
    "compare-not-found": compare.not_found(WHICH["which-none"], "/campaign"),
    "campaign-short": campaign_card.card(reading(LOOK), options=SHORT),
    "campaign-short-unsure": campaign_card.card(
        reading(LOOK), shared_by="U01OWNER", options=CardOptions(short="unsure")
    ),
    "campaign-everything-hidden": campaign_card.card(reading(LOOK), options=BARE_OPTIONS),
    "key-broken": connect.broken(CONNECTED, CONNECTED.connected_by),
    "key-still-broken": connect.still_broken(replace(CONNECTED, broken_at=AS_OF), AS_OF),
    "key-broken-of-somebody-who-left": connect.broken(CONNECTED, "U02ADMIN"),
    "notice-too-late": notices.too_late(),
    **WHICH,
    **CHECKS,
    **digest_reports.DIGESTS,
    **DIGEST_MESSAGES,
}
VIEWS: Final[dict[str, Block]] = {
    **QUIET_WINDOWS,
    "details-for-a-manager": details.card(reading(LOOK), names=True),
    "details-for-a-member": details.card(reading(LOOK), names=False),
    "details-with-calling-days": details.card(reading(LOOK), names=False, days=DAYS),
    "details-everything-missing": details.card(reading(BARE), names=True),
    "details-stale-unreadable": details.card(reading(LOOK, problem=UNREADABLE), names=False),
    "details-stale": details.card(reading(LOOK, problem=LIMIT), names=False),
    "campaign-window": campaign_card.modal(reading(LOOK)),
    "campaign-window-with-problems": campaign_card.modal(reading(LOOK), current=NEEDING),
    "find": campaign_search.form("{}"),
    "find-with-a-note": campaign_search.form("{}", note=campaign_search.none_in_message(nearly=True)),
    "details-short": details.card(reading(LOOK), names=True, options=SHORT),
    "loading": notices.loading("Campaign details"),
    "notice": notices.modal("Campaign details", notices.for_error(OUTAGE, AS_OF)),
    "connect": connect.form(None, "{}"),
    "connect-replace": connect.form(CONNECTED, "{}", AS_OF),
    "connect-broken": connect.form(replace(CONNECTED, broken_at=AS_OF), "{}", AS_OF),
    "connect-fixed": connect.form(Connection(SecretStr("cc_0123456789abcdef")), "{}"),
    "connect-another-account": connect.form(CONNECTED, "{}", AS_OF, other=ACCOUNTS["other"], digests=2),
    "connect-another-small-account": connect.form(
        None, "{}", AS_OF, other=replace(ACCOUNTS["other"], total=1, looked_at=1, example=""), digests=1
    ),
    **{
        f"connected-{likeness}": connect.done(CONNECTED, one, "/campaign", answered=False)
        for likeness, one in ACCOUNTS.items()
    },
    "connected-empty": connect.done(CONNECTED, replace(ACCOUNTS["first"], total=0), "/campaign", answered=False),
    "connected-uncounted": connect.done(CONNECTED, replace(ACCOUNTS["first"], total=None), "/campaign", answered=False),
    "connected-answered": connect.done(CONNECTED, ACCOUNTS["first"], "/campaign", answered=True),
    "disconnect": connect.confirm_disconnect(CONNECTED, "{}", AS_OF),
    "disconnected": connect.disconnected(),
    "disconnect-nothing": connect.not_connected(),
    "settings": settings_card.form(PROFILE, [DEED], "{}", AS_OF),
    "settings-never-set": settings_card.form(Profile(), [], "{}"),
    "settings-link-offered": settings_card.form(Profile(), [], "{}", offered=LINK_FORM),
    "settings-link-accepted": settings_card.form(
        Profile(preferences=Preferences(campaign_link=LINK_FORM)),
        [replace(DEED, actor=APP)],
        "{}",
        AS_OF,
        offered=LINK_FORM,
    ),
    "settings-saved": settings_card.saved(
        [*(one.name for one in fields(Preferences)), "managers"], Preferences(campaign_link=LINK_FORM)
    ),
    "settings-saved-nothing": settings_card.saved([], Preferences()),
    "settings-saved-unread": settings_card.saved(["readings"], Preferences(readings=False)),
    "settings-saved-undone": settings_card.saved(["campaign_link"], Preferences()),
    **CHECK_WINDOWS,
    **DIGEST_VIEWS,
    "digest-adding": add_campaign.modal(
        add_campaign.Offer(
            "<!channel> *x*",
            [DIGEST, replace(STOPPED, id="d2")],
            [PAUSED],
            [STOPPED],
            500,
            filtered=[replace(DIGEST, choice=choice) for choice in FILTERS],
            others=[DIGEST],
            status="paused",
        ),
        "{}",
    ),
    "digest-adding-with-what-is-known": add_campaign.modal(
        add_campaign.Offer(
            "AEP Outreach 2026",
            [DIGEST, replace(DIGEST, id="d2", name="Evening digest")],
            rows={
                DIGEST.id: row(Listed(DIGEST, is_read=True), NOW, where=True),
                "d2": row(Listed(replace(DIGEST, name="Evening digest"), is_read=True), NOW, where=True),
            },
        ),
        "{}",
    ),
    "digest-adding-many": add_campaign.modal(
        add_campaign.Offer("", [replace(DIGEST, id=f"d{n}") for n in range(104)]), "{}"
    ),
    "digest-adding-the-first": add_campaign.modal(add_campaign.Offer("AEP Outreach 2026"), "{}"),
    "digest-adding-none": add_campaign.modal(
        add_campaign.Offer("AEP Outreach 2026", filtered=[DIGEST] * 12, is_read=False), "{}"
    ),
    "digest-adding-before-any": add_campaign.modal(add_campaign.Offer("AEP Outreach 2026"), "{}"),
    "digest-added": add_campaign.added(DIGEST, NOW),
    "digest-added-paused": add_campaign.added(STOPPED, NOW),
    "digest-added-over": add_campaign.added(replace(DIGEST, next_due=None), NOW),
}


# Everything that must not be shown, whatever kind of transfer it is.
SECRETS: Final[dict[str, Any]] = {
    "directPhoneNumber": "+12125550142",
    "dynamicOptions": {
        "pingUrl": "https://SECRET:SECRET@ping.partner.example/SECRET?k=SECRET#SECRET",
        "headers": {"Authorization": "SECRET"},
        "body": {"SECRET": ["SECRET"]},
        "transferNumber": "+12125550142",
    },
    "sipUri": "sip:SECRET:SECRET@sip.partner.example;x=SECRET?y=SECRET",
    "sipHeaders": "X: SECRET",
    "warmSummaryPrompt": "SECRET",
    "softphoneFallbackType": "phone_number",
    "softphoneFallbackPhoneNumber": "+12125550142",
    "routingConfig": {
        "fallbackNumber": "+12125550142",
        "agents": [{"isActive": True, "member": {"user": {"name": "Dana", "email": "SECRET@example.com"}}}],
    },
}


def named(text: str) -> dict[str, Any]:
    """A campaign in which every text somebody may choose is this one."""
    agent = {"isActive": True, "member": {"user": {"name": text}}}
    group = {"name": text, "routingType": text, "isActive": False, "agents": [agent]}
    routing = {"name": text, "routingType": text, "agents": [agent], "groups": [group], "fallbackBehavior": text}
    transfer = {"name": text, "type": "softphone", "warmTransfer": True, "warmMode": text, "routingConfig": routing}
    own = dict.fromkeys(
        ("name", "description", "suite", "status", "sourceType", "templateName", "smsCompanyName"), text
    )
    booking = dict.fromkeys(("name", "minDate", "maxDate", "preferredMode"), text)
    return {"id": AEP, **own, "transferConfig": transfer, "appointmentConfig": booking}


def as_sent(data: Any) -> Any:
    """As Slack gets it, its keys in the order in which they were written."""
    return json.loads(json.dumps(data), object_pairs_hook=OrderedDict)


def assert_slack_takes(card: Message | Block) -> None:
    if not isinstance(card, Message):
        _check_view(json.dumps(card))
        return
    assert 0 < len(card.text) < 4000
    assert refusals(json.loads(json.dumps(card.blocks)), "message") == []
    for block in card.blocks:  # one by one: an action_id must be the only one in its block, not in the message
        _check_block(json.dumps(block))


@lru_cache(10_000)  # many cards share their buttons and titles
def _check_block(block: str) -> None:
    check_blocks([json.loads(block)], "message")


@lru_cache(10)  # without agents, managers and others see the same
def _check_view(view: str) -> None:
    check_view(json.loads(view))
    assert view_refusals(json.loads(view), json.loads(view)["type"]) == []


def every_card(one: Reading) -> Iterator[Message | Block]:
    yield campaign_card.card(one)
    yield campaign_card.card(one, shared_by="U01OWNER")
    yield campaign_card.card(one, current=judged_as_now(one))
    yield short_list.card([(one.campaign.id, one), (OTHER, OUTAGE), (one.campaign.id, one)], left_out=1)
    yield details.card(one, names=True)
    yield details.card(one, names=False, days=DAYS)
    yield campaign_card.card(one, options=SHORT)
    yield campaign_card.card(one, options=BARE_OPTIONS)
    yield details.card(one, names=True, options=SHORT)
    yield campaign_card.modal(one)
    yield check.card(one, TROUBLED)
    yield check.card(one, options=SHORT)
    yield check.several([(one.campaign.id, one), (OTHER, OUTAGE)])
    yield check.modal(one)
    yield compare.card(one, reading(LOOK), options=WHOLE)


def judged_as_now(one: Reading) -> Current:
    """Return an assessment in which this campaign has every kind of problem at once."""
    status = one.campaign.status
    calling = assessed(
        "Any", *_FOUND.values(), at=AS_OF, status=status, outlook=Outlook(34, 12, AS_OF, AS_OF + timedelta(hours=9))
    )
    return Current(replace(account(at=AS_OF), campaigns={one.campaign.id.lower(): calling}))


def assert_tells_no_secret(told: str) -> None:
    """Find a secret of any_campaign.py, and its phone number however it is written; two numbers are not one."""
    assert not re.search(r"SECRET|secret[.․]agent", told), told
    assert "5550142" not in re.sub(r"[\s().+-]", "", told), told


def shown(card: Message | Block) -> str:
    return text_of([card.text, card.blocks]) if isinstance(card, Message) else text_of(card)
