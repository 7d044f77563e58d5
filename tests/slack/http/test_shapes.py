"""Signed requests of any shape: those that Slack documents, with parts taken away or replaced, are never a mistake."""

import json
from copy import deepcopy
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import strategies as st

from bot.manifest import STEP
from playground.world import World
from tests.conftest import AEP, MakeWorld
from tests.drivers.raw_http import client, signed
from tests.drivers.slash_command import finished
from tests.slack.test_forged_shapes import examples

_TEAM = {"team_id": "T01SUNRISE", "api_app_id": "A01PLAY", "authorizations": [{"team_id": "T01SUNRISE"}]}
_BY = {"team": {"id": "T01SUNRISE", "domain": "sunrise"}, "user": {"id": "U01OWNER", "team_id": "T01SUNRISE"}}
_WHERE = {"container": {"type": "message", "message_ts": "1.2", "channel_id": "C01AEP", "is_ephemeral": False}}
_VIEW = {
    "id": "V1", "type": "modal", "callback_id": "find", "private_metadata": "{}", "hash": "1.x", "blocks": [],
    "state": {"values": {"a": {"b": {"type": "plain_text_input", "value": "c"}}}}, "team_id": "T01SUNRISE",
}  # fmt: skip
_BUTTON = {"action_id": "campaign.open", "block_id": "b", "type": "button", "value": AEP, "action_ts": "1.2"}
_URL = {"response_url": "http://127.0.0.1:9/none", "trigger_id": "1.2.3"}
INTERACTIONS: list[dict[str, Any]] = [
    {"type": "block_actions", **_BY, **_WHERE, **_URL, "channel": {"id": "C01AEP"}, "actions": [_BUTTON],
     "message": {"ts": "1.2", "text": "x", "blocks": []}},
    {"type": "block_actions", **_BY, "view": _VIEW, "trigger_id": "1.2.3", "actions": [_BUTTON]},
    {"type": "view_submission", **_BY, "view": _VIEW, "trigger_id": "1.2.3", "response_urls": []},
    {"type": "view_closed", **_BY, "view": _VIEW, "is_cleared": False},
    {"type": "shortcut", **_BY, "callback_id": "find_campaign", "trigger_id": "1.2.3", "action_ts": "1.2"},
    {"type": "message_action", **_BY, **_URL, "callback_id": "show_campaigns", "channel": {"id": "C01AEP"},
     "message": {"type": "message", "ts": "1.2", "user": "U01OWNER", "text": AEP}, "message_ts": "1.2"},
    {"type": "block_suggestion", **_BY, "view": _VIEW, "action_id": "value", "block_id": "find.pick", "value": "aep"},
]  # fmt: skip
EVENTS: list[dict[str, Any]] = [
    {"type": "event_callback", **_TEAM, "event_id": "Ev1", "event": event}
    for event in (
        {"type": "app_mention", "user": "U01OWNER", "channel": "C01AEP", "text": f"<@U0BOT> {AEP}", "ts": "1.2"},
        {"type": "app_home_opened", "user": "U01OWNER", "channel": "D1", "tab": "home", "event_ts": "1.2"},
        {"type": "link_shared", "user": "U01OWNER", "channel": "C01AEP", "message_ts": "1.2", "unfurl_id": "1",
         "source": "conversations_history", "links": [{"domain": "app.carecycle.ai", "url": "https://app.carecycle.ai/"}]},
        {"type": "entity_details_requested", "user": "U01OWNER", "trigger_id": "1.2.3", "external_ref": {"id": AEP},
         "entity_url": "https://app.carecycle.ai/", "link": {"url": "https://app.carecycle.ai/"}},
        {"type": "function_executed", "function": {"callback_id": "look_up"}, "inputs": {},
         "bot_access_token": "xwfp-1", "function_execution_id": "Fx1", "workflow_execution_id": "Wx1"},
        {"type": "tokens_revoked", "tokens": {"bot": [], "oauth": ["U01OWNER"]}},
        {"type": "nobody_listens", "item": {"type": "message", "channel": "C01AEP", "ts": "1.2"}},
    )
]  # fmt: skip
COMMAND = {
    "command": "/campaign", "text": AEP, "team_id": "T01SUNRISE", "channel_id": "C01AEP", "user_id": "U01OWNER", **_URL,
}  # fmt: skip
_ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=5),
    st.sampled_from(("\ud800", "\x00", "../../v1/admin", "T" * 5_000, AEP)),
    st.lists(st.integers(), max_size=2),
    st.just({}),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
    st.just([{}]),
)


def _places(part: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the way to each value of a payload."""
    inner = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    return [place for key, value in inner for place in ((*at, key), *_places(value, (*at, key)))]


@st.composite
def payloads(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a payload of Slack's, in which one to three values are missing or something else."""
    payload: dict[str, Any] = deepcopy(draw(st.sampled_from([*INTERACTIONS, *EVENTS, COMMAND])))
    for _ in range(draw(st.integers(1, 3))):
        *way, last = draw(st.sampled_from(_places(payload)))
        part: Any = payload
        for key in way:
            part = part[key]
        if isinstance(part, dict) and draw(st.booleans()):
            del part[last]
        else:
            part[last] = deepcopy(draw(_ODD))
        if not _places(payload):
            break
    return payload


def _request(payload: dict[str, Any]) -> bytes:
    if payload in EVENTS or "event" in payload or payload.get("type") == "event_callback":
        return signed(json.dumps(payload).encode(), "application/json")
    if "command" in payload:
        return signed(urlencode(payload, errors="replace").encode())
    return signed(urlencode({"payload": json.dumps(payload)}).encode())


async def _answer(here: World, payload: dict[str, Any]) -> bytes:
    async with client(here) as one:
        one.send(_request(payload))
        return await one.answer()


async def test_what_slack_documents_is_of_a_known_shape(log_lines: list[dict[str, Any]], here: World) -> None:
    for payload in [*INTERACTIONS, *EVENTS, COMMAND]:
        await _answer(here, payload)
    await finished(here)
    assert [line for line in log_lines if "shape" in line["event"] or "unreadable" in line["event"]] == []


@pytest.mark.parametrize("callback", ["look_up", STEP])
@pytest.mark.parametrize("missing", ["function_execution_id", "function"])
async def test_a_run_of_a_step_that_nobody_could_end_is_not_begun(
    log_lines: list[dict[str, Any]], here: World, callback: str, missing: str
) -> None:
    payload = deepcopy(next(one for one in EVENTS if one["event"]["type"] == "function_executed"))
    payload["event"]["function"]["callback_id"] = callback
    del payload["event"][missing]
    assert (await _answer(here, payload)).startswith(b"HTTP/1.1 200 ")
    await finished(here)
    assert [one["event"] for one in log_lines if one["level"] in ("warning", "error")] == [
        "signed, but of no known shape"
    ]


async def test_no_signed_request_is_a_mistake_of_this_app(
    log_lines: list[dict[str, Any]], make_world: MakeWorld
) -> None:
    drawn = examples(payloads())
    here = await make_world()
    found = []
    for payload in drawn:
        before = len([*log_lines])
        answer = await _answer(here, payload)
        await finished(here)
        lines = [*log_lines][before:]
        wrong = [
            str(line)
            for line in lines
            if line["event"] == "bug" or line.get("outcome") == "bug" or "Trace" in str(line)
        ]
        unheard = any(line["event"] == "nobody listens for this" for line in lines)
        if not (answer.startswith(b"HTTP/1.1 200 ") or unheard) or wrong:
            found.append((payload, answer[:20], wrong))
    here.slack.workspace.refusals.clear()  # Slack itself would not have sent these
    assert found == []
