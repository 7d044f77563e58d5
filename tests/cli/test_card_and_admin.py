"""`campaign-bot` as people type it: what it prints, how it ends, and never a traceback."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import yaml
from aiohttp.test_utils import TestServer

from playground.carecycle import PLAYGROUND_KEY, CareCycle
from playground.slack.rules import refusals
from playground.slack.slack import SIGNING_SECRET
from playground.slack.web_api import BOT_TOKEN
from playground.world import World
from tests.conftest import AEP
from tests.drivers.command_line import Ran, run


class Account:
    """A careCycle account at an address, and the settings to reach it with."""

    def __init__(self, carecycle: CareCycle, address: str) -> None:
        self.carecycle = carecycle
        self.settings = {"CARECYCLE_API_KEY": PLAYGROUND_KEY, "CARECYCLE_BASE_URL": address}


@pytest.fixture
async def account() -> AsyncIterator[Account]:
    carecycle = CareCycle(params={"limit": "pageSize"})
    async with TestServer(carecycle.app(), host="127.0.0.1") as server:
        yield Account(carecycle, str(server.make_url("")))


async def test_card_draws_the_campaign_in_the_terminal(account: Account, tmp_path: Path) -> None:
    ran = await run("card", AEP, at=tmp_path, **account.settings)
    assert (ran.status, ran.err) == (0, "")
    for words in ("AEP Outreach 2026", "1,204", "56% finished", "Transfers to the softphone Main desk", "[Refresh]"):
        assert words in " ".join(ran.out.replace("│", " ").split())
    assert not [mark for mark in ("<!date", "&amp;", "\x1b", "*Calls*", "`") if mark in ran.out]


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
        ("not_found", "That campaign is not in this workspace’s careCycle account."),
        ("unauthorized", "careCycle no longer accepts this workspace’s key"),
        ("rate_limited", "Try again in 2 minutes, at "),
        ("bad_gateway_html", "careCycle is not answering."),
    ],
)
async def test_card_says_in_one_line_why_there_is_none(account: Account, tmp_path: Path, fault: str, says: str) -> None:
    account.carecycle.fault = fault
    ran = await run("card", AEP, at=tmp_path, **account.settings)
    assert (ran.status, ran.out, len(ran.lines)) == (1, "", 1)
    assert says in ran.err
    assert not [part for part in ("<", "`", PLAYGROUND_KEY) if part in ran.err]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("nonsense", "No such command 'nonsense'."),
        ("serve now", "unexpected extra argument"),
        ("card", "Missing argument"),
        (f"card {AEP} --jason", "No such option: --jason"),
        ("card nonsense", "There is no campaign id in that."),
        (f"card {AEP[:-1]}", "a character missing or too many"),
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


async def test_help_lists_every_command(tmp_path: Path) -> None:
    ran = await run("--help", at=tmp_path)
    assert ran.status == 0
    assert all(f"\n  {name} " in ran.out for name in ("serve", "playground", "card", "doctor", "manifest"))


async def examined(here: World, account: Account, at: Path, *arguments: str, **more: str) -> Ran:
    """What the doctor says with the settings of the stand-ins."""
    slack = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_SIGNING_SECRET": SIGNING_SECRET, "SLACK_API_URL": f"{here.page}/api/"}
    return await run("doctor", *arguments, at=at, **{**slack, **account.settings, **more})


async def test_the_doctor_is_content_with_what_can_run(here: World, account: Account, tmp_path: Path) -> None:
    ran = await examined(here, account, tmp_path)
    assert (ran.status, ran.err) == (0, "")
    assert {line.split()[0] for line in ran.lines} == {"ok", "note"}
    assert account.carecycle.requests == []
    assert not [secret for secret in (BOT_TOKEN, SIGNING_SECRET, PLAYGROUND_KEY) if secret in ran.out]


async def test_the_doctor_asks_slack_and_carecycle(here: World, account: Account, tmp_path: Path) -> None:
    ran = await examined(here, account, tmp_path, "--online")
    assert (ran.status, ran.err) == (0, "")
    assert "ok      careCycle takes the key" in ran.lines
    assert any(line.startswith("ok      Slack takes the token: workspace ") for line in ran.lines)
    assert "ok      Slack’s blocks.validate takes the help message" in ran.lines
    known = {line.split()[-1] for line in ran.lines if "careCycle knows the query parameter" in line}
    assert known == {"page", "sortBy", "sortOrder", "search", "status", "includeClient"}
    (hint,) = [line for line in ran.lines if "ignores" in line]
    assert hint.endswith("the query parameter limit: set CARECYCLE_PARAMS=limit=its-true-name")
    assert len(account.carecycle.requests) <= 9


async def test_the_doctor_believes_the_true_name(here: World, account: Account, tmp_path: Path) -> None:
    ran = await examined(here, account, tmp_path, "--online", CARECYCLE_PARAMS="limit=pageSize")
    assert "ok      careCycle knows the query parameter pageSize" in ran.lines


async def test_the_doctor_says_what_was_refused_and_what_to_do(here: World, account: Account, tmp_path: Path) -> None:
    account.carecycle.fault = "unauthorized"
    ran = await examined(here, account, tmp_path, "--online", SLACK_BOT_TOKEN="xoxb-SECRET")
    assert ran.status == 1
    missing = [line for line in ran.lines if line.startswith("wrong")]
    assert [line.split()[1] for line in missing] == ["SLACK_BOT_TOKEN", "careCycle"]
    assert "reinstall the app" in missing[0]
    assert "no longer accepts this workspace’s key" in missing[1]
    assert not [secret for secret in ("SECRET", PLAYGROUND_KEY) if secret in ran.out.replace("SIGNING_SECRET", "")]


async def test_the_doctor_survives_a_world_that_does_not_answer(here: World, account: Account, tmp_path: Path) -> None:
    nobody = "http://127.0.0.1:9"
    ran = await examined(here, account, tmp_path, "--online", CARECYCLE_BASE_URL=nobody, SLACK_API_URL=f"{nobody}/api/")
    assert (ran.status, ran.err) == (1, "")
    assert "wrong   careCycle is not answering." in ran.out
    assert "wrong   Slack did not answer" in ran.out


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
