"""Campaigns as careCycle might send them one day: fields missing, null, of the wrong type, hostile or huge."""

import json
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

Json = dict[str, Any]
Anything = SearchStrategy[Any]

HOSTILE: Final = (
    "",
    " ",
    "x" * 255,
    "<!channel>",
    "<!here> <!everyone> <@U01OWNER> <#C01GENERAL>",
    "*bold* _it_ ~no~ `code` ```block```",
    "> quote\n• list\n\n\n",
    "& < > &amp; &lt;!channel&gt;",
    "<https://evil.example|click>",
    "<javascript:alert(1)|click>",
    "<!date^0^{date}|1970>",
    ":tada: :warning:",
    "🎉👩‍⚕️🇺🇸" * 25,
    "\u202ereversed\u202c קו בריאות خط الصحة",
    "zero\u200bwidth\u200d\ufeffname\u00ad",
    "nul\x00 bell\x07 escape\x1b[31m tab\t line\r\nline",
    "é" * 128,
    "{id} %s $HOME ${jndi:x} {{name}}",
    "'; DROP TABLE campaigns; --",
    "None",
)
_NUMBERS: Final = (0, 1, -1, 60, 2**31, -(2**31), 2**53, -(2**53) + 1, 10**40, 0.5, -0.0, 1e308)
_DATES: Final = (
    "2026-10-05T12:00:00Z",
    "2019-08-24T14:15:22.123456+05:30",
    "2026-11-23",
    "9999-12-31T23:59:59Z",
    "0001-01-01T00:00:00Z",
    "2026-13-45T99:00:00Z",
    "soon",
    "",
)
_WRONG: Final[tuple[Any, ...]] = (
    None,
    True,
    False,
    0,
    -1,
    1.5,
    "",
    "yes",
    [],
    [None],
    {},
    {"id": None},
    [[1]],
    "0",
    10**30,
)

# sampled_from draws from a ready-made table: far cheaper than text(), and it shrinks towards the front.
_texts = st.sampled_from(("AEP Outreach 2026", *HOSTILE)) | st.text(
    st.characters(exclude_categories=["Cs"]), max_size=40
).filter(lambda text: "SECRET" not in text)  # hypothesis draws from constants of the code too, the planted ones as well
_wrong = st.sampled_from(_WRONG)
_dates = st.sampled_from(_DATES)
_ids = st.uuids(version=4).map(str)
_flags = st.booleans()
_numbers = st.sampled_from(_NUMBERS) | st.integers()
_counts = st.integers(0, 5_000) | _numbers
_unknown = st.dictionaries(st.sampled_from(("x", "newField", "__proto__", "class", "id2")), _wrong, max_size=2)


def campaigns() -> SearchStrategy[Json]:
    """JSON objects of a campaign, in which only `id` is certain: a valid UUID of version 4."""
    return st.tuples(_ids, _object(_campaign_fields())).map(lambda drawn: _as_sent({**drawn[1], "id": drawn[0]}))


def _as_sent(campaign: Json) -> Json:
    """As it comes out of a parser: nothing in it is shared, neither with itself nor with the next example."""
    sent: Json = json.loads(json.dumps(campaign))
    return sent


def _object(fields: dict[str, Anything]) -> SearchStrategy[Json]:
    """An object as documented, or one whose fields are missing, of the wrong type or unknown."""
    ragged = st.fixed_dictionaries({}, optional={name: _maybe(value) for name, value in fields.items()})
    return st.fixed_dictionaries(fields) | st.builds(lambda known, more: {**more, **known}, ragged, _unknown)


def _maybe(value: Anything) -> Anything:
    return st.one_of(value, value, value, _wrong)


def _enum(*values: str) -> Anything:
    return st.sampled_from((*values, "brand_new", values[0].upper(), ""))


def _few(item: Anything) -> Anything:
    return st.lists(item, max_size=3)


def _many(item: Anything) -> Anything:
    """A few, or now and then ten thousand that are the same one or two over and over."""
    crowd = st.lists(item, min_size=1, max_size=2).map(lambda few: few * (10_000 // len(few)))
    return st.integers(0, 29).flatmap(lambda n: crowd if n == 20 else _few(item))


def _campaign_fields() -> dict[str, Anything]:
    return {
        "name": _texts,
        "description": _texts,
        **dict.fromkeys(("createdAt", "updatedAt", "startDate", "endDate"), _dates),
        "status": _enum("active", "draft", "paused", "completed", "archived", "inactive", "cancelled", "testing"),
        "suite": _enum("receptionist", "sales", "retention"),
        **dict.fromkeys(("sourceType", "templateName", "smsCompanyName"), _texts),
        **dict.fromkeys(("templateId", "pulseWorkflowId", "callFormId"), _ids),
        **dict.fromkeys(("dialAfterhours", "enablePulse", "hasInquiryCallback"), _flags),
        **dict.fromkeys(("maxConcurrentCalls", "maxAttempts"), _numbers),
        **dict.fromkeys(("requiredVars", "campaignAutomations"), _few(_wrong)),
        "client": _object({"id": _ids, "smsCompanyName": _texts}),
        "customerStats": _customer_stats(),
        "features": _object(dict.fromkeys(("transfers", "appointments", "inquiries", "checkPlan"), _flags)),
        "transferConfig": _transfer_config(),
        "transferConfigIds": _few(_ids),
        "appointmentConfig": _appointment_config(),
    }


def _customer_stats() -> Anything:
    states = ("pending", "in_progress", "completed", "failed", "expired", "exceeded_max_calls", "cancelled", "skipped")
    counts = _object(dict.fromkeys((*states, "awaiting_call"), _counts))
    return _object(dict.fromkeys(("total", "totalCalls", "todayCalls"), _counts) | {"statusCounts": counts})


def _transfer_config() -> Anything:
    return _object(
        {
            **dict.fromkeys(("id", "clientId", "routingConfigId"), _ids),
            "name": _texts,
            "type": _enum("direct", "dynamic", "sip", "softphone"),
            **dict.fromkeys(("warmTransfer", "appointmentBookingEnabled"), _flags),
            "warmMode": _enum("wait-for-operator", "immediate-summary"),
            "warmSummaryPrompt": st.just("SECRET-PROMPT"),
            "directPhoneNumber": _phones(),
            "dynamicOptions": _dynamic_options(),
            "sipUri": st.sampled_from(("sip:SECRET-SIP-USER@sip.partner.example:5061", "sip:", "SECRET-SIP-USER")),
            "sipHeaders": st.just("X-Trunk: SECRET-SIP-HEADER"),
            "softphoneFallbackType": _enum("appointment_booking", "phone_number"),
            "softphoneFallbackPhoneNumber": _phones(),
            "transferWaitingMessages": _few(_texts),
            "routingConfig": _routing_config(),
        }
    )


def _dynamic_options() -> Anything:
    condition = _object({"field": _texts, "operator": _enum("equals", "contains"), "value": _texts})
    return _object(
        {
            "pingUrl": st.sampled_from(
                (
                    "https://SECRET-PING-USER:SECRET-PING-PASSWORD@ping.partner.example/?k=SECRET-PING-TOKEN",
                    "http://[SECRET-PING-HOST",
                    "SECRET-PING",
                )
            ),
            "method": _enum("GET", "POST"),
            "timeout": _numbers,
            "headers": st.just({"Authorization": "SECRET-HEADER"}),
            "body": st.just({"a": {"b": ["SECRET-BODY"]}}),
            "transferNumberField": _texts,
            "transferNumber": _phones(),
            "successConditions": _few(_maybe(condition)),
        }
    )


def _routing_config() -> Anything:
    group = _object(
        {
            "id": _ids,
            "name": _texts,
            "routingType": _enum("linear", "round_robin"),
            "priority": _numbers,
            "isActive": _flags,
            "agents": _few(_maybe(_agent())),
        }
    )
    return _object(
        {
            "name": _texts,
            "routingType": _enum("linear", "round_robin", "grouped"),
            "fallbackBehavior": _enum("voicemail"),
            "fallbackNumber": _phones(),
            **dict.fromkeys(("maxRingPerAgent", "maxWaitTime", "customerAgentPriority"), _numbers),
            **dict.fromkeys(("stateBasedRouting", "tryCustomerAgentFirst", "tryPreviousSoftphoneAgentFirst"), _flags),
            "stateRoutingFallback": _enum("fallback"),
            "agents": _many(_maybe(_agent())),
            "groups": _many(_maybe(group)),
        }
    )


def _agent() -> Anything:
    user = _object({"id": _ids, "name": _texts, "email": st.just("secret.agent@example.com")})
    return _object(
        {
            "id": _ids,
            **dict.fromkeys(("priority", "weight"), _numbers),
            "isActive": _flags,
            "skills": _texts,
            "lastCallAt": _dates,
            "member": _object({"id": _ids, "role": _texts, "user": user}),
        }
    )


def _appointment_config() -> Anything:
    lengths = ("concurrentLimit", "appointmentLength", "appointmentSpacing", "maxOptions", "minHours")
    return _object(
        {
            "name": _texts,
            **dict.fromkeys(lengths, _numbers),
            **dict.fromkeys(("minDate", "maxDate"), _dates),
            "preferredMode": _enum("timezone", "zipcode"),
        }
    )


def _phones() -> Anything:
    return st.sampled_from(("+12125550142", "212-555-0142", "0142", "+1", "", "call +12125550142 now", "＋12125550142"))


FIELDS: Final = frozenset({"id", "assistants", *_campaign_fields()})  # the answer has `assistants` beside the campaign
