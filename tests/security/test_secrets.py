"""Secrets are planted everywhere careCycle may send them, and looked for everywhere something comes out."""

import copy
import json
from typing import Any

import pytest

from bot.clock import Clock
from playground.carecycle import PLAYGROUND_KEY, CareCycle, samples
from playground.slack.slack import SIGNING_SECRET
from playground.slack.web_api import APP_TOKEN, BOT_TOKEN
from tests.conftest import AEP, Clockwork, MakeWorld
from tests.drivers.slash_command import ask, ask_one, press

# Never shown, logged or stored ("What it never does" in the README); the last four digits of a number may be shown.
PLANTED = {
    "pingUrl": "https://user:PLANTED-ping@partner.example/PLANTED-path?token=PLANTED-query",
    "headers": {"authorization": "PLANTED-header"},
    "body": {"secret": "PLANTED-body"},
    "sipHeaders": "PLANTED-sip-header",
    "sipUri": "sip:PLANTED-user:PLANTED-password@sip.example:5060;PLANTED-parameter",
    "warmSummaryPrompt": "PLANTED-prompt",
    "email": "PLANTED-mail@example.com",
    "directPhoneNumber": "+19995550142",
    "transferNumber": "+19995550143",
    "softphoneFallbackPhoneNumber": "+19995550144",
    "fallbackNumber": "+19995550145",
}
IN_TEXT = "999-555-0146"  # written into what people call a campaign, and say of it
LOOKED_FOR = ("PLANTED", "999555", "+1999", IN_TEXT, PLAYGROUND_KEY, BOT_TOKEN, APP_TOKEN, SIGNING_SECRET)
FAULTS = ("none", "unauthorized", "server_error", "html", "wrong_types", "cut_json", "rate_limited", "reset")


def planted(kind: str) -> dict[str, Any]:
    """The sample campaign with every secret field filled, transferring in this way."""

    def plant(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: PLANTED.get(key, plant(inner)) for key, inner in value.items()}
        return [plant(inner) for inner in value] if isinstance(value, list) else value

    campaign = copy.deepcopy(next(dict(one) for one in samples() if one["id"] == AEP))
    config = campaign["transferConfig"]
    config["dynamicOptions"] = dict.fromkeys(("pingUrl", "headers", "body", "transferNumber")) | {"method": "GET"}
    config["routingConfig"]["fallbackNumber"] = None
    config |= {"type": kind, "softphoneFallbackType": "phone_number", **dict.fromkeys(PLANTED.keys() & config.keys())}
    campaign |= {"name": f"{campaign['name']} {IN_TEXT}", "description": f"Ring us at +1 {IN_TEXT}"}
    return dict(plant(campaign))


@pytest.mark.parametrize("kind", ["direct", "dynamic", "sip", "softphone"])
async def test_no_secret_comes_out_anywhere(log_lines: list[dict[str, Any]], make_world: MakeWorld, kind: str) -> None:
    time = Clockwork()
    campaign = planted(kind)
    assert all(json.dumps(value) in json.dumps(campaign) for value in PLANTED.values()), "not everything is planted"
    carecycle = CareCycle([campaign])
    for socket_mode in (False, True):
        here = await make_world(
            carecycle=carecycle, clock=Clock(time.now, time.time), now=time.time, socket_mode=socket_mode
        )
        for fault in FAULTS:
            carecycle.fault = fault
            time.move(120)
            await ask(here, f"{AEP} {AEP[:-1]}0")
            await ask(here, AEP)
        carecycle.fault = "none"
        time.move(3700)
        card = await ask_one(here, AEP)
        await press(here, card, "Details")
        await press(here, card, "Share to channel")
        everything = [vars(message) for message in here.slack.workspace.messages]
        everything += [modal.view for modal in here.slack.workspace.modals]
        everything += [args.get("view", {}) for _, args in here.slack.api.calls] + here.slack.response_urls.received
        _nothing_in(json.dumps(everything, ensure_ascii=False))
    _nothing_in("\n".join(json.dumps(line) for line in log_lines))


async def test_no_log_line_holds_what_people_typed_or_the_names_of_campaigns(
    log_lines: list[dict[str, Any]], here: Any
) -> None:
    for typed in (AEP, "Mrs Smith of Tampa", f"{AEP} Smith"):
        await ask(here, typed)
    lines = "\n".join(json.dumps(line) for line in log_lines)
    assert "command" in lines
    for word in ("Smith", "Tampa", "AEP Outreach", "Dana Ruiz"):
        assert word not in lines


async def test_a_line_names_the_subcommand_and_no_other_word(log_lines: list[dict[str, Any]], here: Any) -> None:
    await ask(here, "HELP me")
    await ask(here, "Smith help")
    assert [line["event"] for line in log_lines if line["event"].startswith("command")] == ["command help", "command"]


async def test_a_line_says_workspace_command_outcome_duration_and_cache_state(
    log_lines: list[dict[str, Any]], here: Any
) -> None:
    await ask(here, AEP)
    await ask(here, AEP)
    lines = [line for line in log_lines if line["event"] == "command"]
    assert [line["cache"] for line in lines] == ["miss", "hit"]
    assert all(line["workspace"] == "T01SUNRISE" and line["outcome"] == "answered" for line in lines)
    assert all(0 <= line["ms"] < 60_000 for line in lines)


def _nothing_in(text: str) -> None:
    for secret in LOOKED_FOR:
        assert secret not in text, f"{secret} at …{text[max(0, text.index(secret) - 200) : text.index(secret) + 60]}"
