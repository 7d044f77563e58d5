"""`campaign-bot` as people type it: what it prints, how it ends, and never a traceback."""

import asyncio
import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml

from playground.carecycle import PLAYGROUND_KEY
from playground.slack.rules import refusals
from tests.cli.conftest import Account
from tests.conftest import AEP
from tests.drivers.command_line import run


async def test_card_draws_the_campaign_in_the_terminal(account: Account, tmp_path: Path) -> None:
    ran = await run("card", AEP, at=tmp_path, **account.settings)
    assert (ran.status, ran.err) == (0, "")
    for words in ("AEP Outreach 2026", "1,204", "56% finished", "Transfers go to the softphone Main desk"):
        assert words in " ".join(ran.out.replace("│", " ").split())
    assert not [mark for mark in ("<!date", "&amp;", "\x1b", "*Calls*", "`") if mark in ran.out]
    assert not [button for button in ("Refresh", "Share to channel", "Details", "Open in") if button in ran.out]


async def test_card_takes_a_link_and_prints_json_slack_would_take(account: Account, tmp_path: Path) -> None:
    link = f"https://app.carecycle.ai/campaigns/{AEP.upper()}?tab=1"
    ran = await run("card", link, "--json", at=tmp_path, **account.settings)
    assert ran.status == 0
    card = json.loads(ran.out)
    assert list(card) == ["blocks"]
    assert refusals(card["blocks"], "message") == []
    assert card["blocks"][0]["text"]["text"] == "AEP Outreach 2026"


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("not_found", "That campaign is not in the careCycle account of CARECYCLE_API_KEY"),
        ("unauthorized", "careCycle does not accept CARECYCLE_API_KEY: it was revoked or has expired. Make a new one"),
        ("forbidden", "CARECYCLE_API_KEY may not read campaigns: give it that permission in careCycle"),
        ("rate_limited", "Try again in 2 minutes, at "),
        (
            "html",
            "CARECYCLE_BASE_URL, http://127.0.0.1:PORT, is not the address of careCycle’s API (status 200 with a w",
        ),
        ("empty", "127.0.0.1:PORT answered with something this program cannot read (status 200 without a JSON object)"),
        (
            "bad_gateway_html",
            "127.0.0.1:PORT does not answer (status 502): try again in a minute, or look at CARECYCLE_",
        ),
    ],
)
async def test_card_says_in_one_line_why_there_is_none(account: Account, tmp_path: Path, fault: str, says: str) -> None:
    account.carecycle.fault = fault
    ran = await run("card", AEP, at=tmp_path, **account.settings)
    assert (ran.status, ran.out, len(ran.lines)) == (1, "", 1)
    assert says.replace("127.0.0.1:PORT", urlsplit(account.settings["CARECYCLE_BASE_URL"]).netloc) in ran.err
    assert "manager" not in ran.err
    assert not [part for part in ("<", "`", PLAYGROUND_KEY) if part in ran.err]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("nonsense", "No such command 'nonsense'."),
        ("serve now", "unexpected extra argument"),
        ("card", "Missing argument"),
        (f"card {AEP} --jason", "No such option: --jason"),
        ("card nonsense", "There is no campaign id in that."),
        (f"card {AEP[:-1]}", "a character missing or extra"),
        (f"card https://evil.example/{AEP}", "does not lead to careCycle"),
        ("manifest --http http://bot.example", "--http must be a public address that begins with https://"),
        ("manifest --command campaign", "--command must look like /campaign"),
        ("playground --port 99999", "should be less than or equal to 65535"),
        ("playground --port http", "should be a valid integer"),
        ("playground --live", "CARECYCLE_API_KEY"),
    ],
)
async def test_wrong_usage_ends_with_two_and_one_line(tmp_path: Path, arguments: str, says: str) -> None:
    settings = {} if "--live" in arguments else {"CARECYCLE_API_KEY": "cc_1"}
    ran = await run(*arguments.split(), at=tmp_path, **settings)
    assert (ran.status, ran.out, len(ran.lines)) == (2, "", 1), ran
    assert says in ran.err


async def test_card_without_a_key_says_where_to_find_one(tmp_path: Path) -> None:
    ran = await run("card", AEP, at=tmp_path)
    assert ran.status == 2
    assert ran.lines == ["CARECYCLE_API_KEY is not set: careCycle, Settings, API keys; it is shown once"]


async def test_card_names_the_host_that_cannot_be_reached(tmp_path: Path) -> None:
    nobody = {"CARECYCLE_API_KEY": PLAYGROUND_KEY, "CARECYCLE_BASE_URL": "http://localhost:9"}
    ran = await run("card", AEP, at=tmp_path, **nobody)
    assert (ran.status, len(ran.lines)) == (1, 1)
    assert ran.err.startswith("localhost:9 does not answer (ConnectError): ")


async def test_a_port_in_use_is_one_plain_line_that_says_what_to_set(account: Account, tmp_path: Path) -> None:
    taken = str(urlsplit(account.settings["CARECYCLE_BASE_URL"]).port)
    slack = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "x", "SLACK_API_URL": "http://127.0.0.1:9/api/"}
    serve, playground = await asyncio.gather(
        run("serve", at=tmp_path, PORT=taken, **slack), run("playground", "--port", taken, at=tmp_path)
    )
    assert (serve.status, playground.status) == (2, 2)
    used = "is in use by another program"
    assert serve.lines[-1] == f"127.0.0.1:{taken} (HOST and PORT) {used}: set another PORT, or another HOST"
    assert playground.lines[-1] == f"port {taken} {used}: choose another with --port, as in `make play PORT=9000`"


async def test_an_address_of_another_machine_is_said_to_be_none_of_this(tmp_path: Path) -> None:
    slack = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "x", "SLACK_API_URL": "http://127.0.0.1:9/api/"}
    ran = await run("serve", at=tmp_path, HOST="203.0.113.1", **slack)
    assert ran.status == 2
    assert "203.0.113.1:3000 (HOST and PORT) is not an address of this machine" in ran.lines[-1]


async def test_help_lists_every_command(tmp_path: Path) -> None:
    ran = await run("--help", at=tmp_path)
    assert ran.status == 0
    assert all(f"\n  {name} " in ran.out for name in ("serve", "playground", "card", "doctor", "manifest"))


async def test_the_manifest_is_made_for_each_way_of_running(tmp_path: Path) -> None:
    http = ("--http", "https://bot.example/", "--command", "/calls")
    socket, as_json, over_http = await asyncio.gather(
        run("manifest", at=tmp_path), run("manifest", "--json", at=tmp_path), run("manifest", *http, at=tmp_path)
    )
    assert {socket.status, as_json.status, over_http.status} == {0}
    made, other = yaml.safe_load(socket.out), yaml.safe_load(over_http.out)
    assert made == json.loads(as_json.out)
    assert (made["settings"]["socket_mode_enabled"], other["settings"]["socket_mode_enabled"]) == (True, False)
    assert [command["command"] for command in made["features"]["slash_commands"]] == ["/campaign"]
    (command,) = other["features"]["slash_commands"]
    url = "https://bot.example/slack/events"
    assert (command["command"], command["url"]) == ("/calls", url)
    assert other["settings"]["interactivity"]["request_url"] == url
    assert made["oauth_config"]["scopes"] == other["oauth_config"]["scopes"]
    assert other["oauth_config"]["redirect_urls"] == ["https://bot.example/slack/oauth_redirect"]
    assert "url" not in made["features"]["slash_commands"][0]


async def test_the_manifest_has_the_workflow_step_only_when_asked_for_it(tmp_path: Path) -> None:
    without, stepping = await asyncio.gather(
        run("manifest", "--json", at=tmp_path), run("manifest", "--json", "--step", at=tmp_path)
    )
    made = json.loads(stepping.out)
    assert list(made["functions"]) == ["look_up_campaign"]
    assert "function" not in without.out
    assert "step" not in without.out


async def test_the_manifest_asks_for_previews_of_the_links_that_are_set(tmp_path: Path) -> None:
    ran = await run("manifest", "--json", at=tmp_path, CARECYCLE_LINK="https://app.other.example/c/{id}")
    assert json.loads(ran.out)["features"]["unfurl_domains"] == ["app.other.example"]
