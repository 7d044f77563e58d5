"""`campaign-bot doctor`: a line for each thing, never against itself, and the next step of the whole."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

from bot.manifest import optional_scopes
from playground.carecycle import PLAYGROUND_KEY
from playground.slack.slack import SIGNING_SECRET
from playground.slack.web_api import BOT_TOKEN
from playground.world import World
from tests.cli.conftest import Account
from tests.drivers.command_line import Ran, rest_of, run
from tests.plugins import machine_clock

ROOT = Path(__file__).parents[2]
SOCKET_MODE = {"SLACK_APP_TOKEN": "xapp-1", "SLACK_BOT_TOKEN": "xoxb-1"}
NOBODY = "http://127.0.0.1:9"


def of(ran: Ran, sign: str) -> list[str]:
    """The lines that begin with a sign, without it."""
    return [line.removeprefix(f"{sign} ") for line in ran.lines if line.startswith(f"{sign} ")]


async def examined(here: World, account: Account, at: Path, *arguments: str, **more: str) -> Ran:
    """What the doctor says with the settings of the stand-ins."""
    slack = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_SIGNING_SECRET": SIGNING_SECRET, "SLACK_API_URL": f"{here.page}/api/"}
    return await run("doctor", *arguments, at=at, **{**slack, **account.settings, **more})


async def test_with_nothing_set_it_begins_with_socket_mode_and_ends_with_the_next_step(tmp_path: Path) -> None:
    ran = await run("doctor", at=tmp_path)
    assert ran.status == 1
    assert [line.partition(" is not set: ")[0] for line in of(ran, "✗")] == ["SLACK_APP_TOKEN", "SLACK_BOT_TOKEN"]
    assert ran.lines[-1] == (
        "Next: make the Slack app from what `campaign-bot manifest` prints, set SLACK_APP_TOKEN and SLACK_BOT_TOKEN, "
        "then run `campaign-bot doctor` again."
    )
    assert all(line[:2] in ("✓ ", "✗ ", "• ") for line in ran.lines[:-1])


@pytest.mark.parametrize(
    ("given", "wrong", "following"),
    [
        ({"CARECYCLE_API_KEY": "x"}, ["CARECYCLE_API_KEY must begin with cc_"], "correct CARECYCLE_API_KEY"),
        ({"SLACK_APP_TOKEN": "x"}, ["SLACK_APP_TOKEN must begin with xapp-"], "correct SLACK_APP_TOKEN"),
        ({"SLACK_BOT_TOKEN": "x"}, ["SLACK_BOT_TOKEN must begin with xoxb-"], "correct SLACK_BOT_TOKEN"),
        (
            {"SLACK_BOT_TOKEN": "x", "PORT": "x", "HOST": "?"},
            ["SLACK_BOT_TOKEN must", "HOST must", "PORT must"],
            "correct SLACK_BOT_TOKEN and HOST and PORT",
        ),
        (
            {"SLACK_BOT_TOKEN": "", "PORT": "x"},
            ["SLACK_BOT_TOKEN is not set", "PORT must"],
            "set SLACK_BOT_TOKEN, correct PORT",
        ),
    ],
)
async def test_a_setting_has_one_line_and_what_is_wrong_is_not_said_to_be_missing(
    tmp_path: Path, given: dict[str, str], wrong: list[str], following: str
) -> None:
    ran = await run("doctor", "--online", at=tmp_path, **{**SOCKET_MODE, "SLACK_API_URL": f"{NOBODY}/api/", **given})
    assert ran.status == 1
    said = of(ran, "✗")
    assert len(said) == len(wrong)
    assert all(line.startswith(begin) for line, begin in zip(said, wrong, strict=True)), said
    for name in given:
        assert len([line for line in ran.lines[:-1] if line[2:].startswith(f"{name} ")]) == 1
    assert ran.lines[-1] == f"Next: {following}, then run `campaign-bot doctor` again with --online."


async def test_with_a_wrong_setting_nobody_is_asked_in_its_place(here: World, account: Account, tmp_path: Path) -> None:
    ran = await examined(here, account, tmp_path, "--online", PORT="x")
    assert "Slack and careCycle were not asked, because of the settings that are wrong" in of(ran, "•")
    assert account.carecycle.requests == []


async def test_many_workspaces_need_the_signing_secret_and_both_halves_of_the_credentials(tmp_path: Path) -> None:
    ran = await run("doctor", at=tmp_path, SLACK_CLIENT_ID="1.2")
    names = [line.partition(" ")[0] for line in of(ran, "✗")]
    assert names == ["SLACK_SIGNING_SECRET", "SLACK_CLIENT_SECRET"]
    assert ran.lines[-1].startswith("Next: set SLACK_SIGNING_SECRET and SLACK_CLIENT_SECRET, then")


async def test_what_can_run_ends_with_zero_and_the_step_after(here: World, account: Account, tmp_path: Path) -> None:
    ran = await examined(here, account, tmp_path)
    assert (ran.status, ran.err) == (0, "")
    assert of(ran, "✗") == []
    assert account.carecycle.requests == []
    assert not [secret for secret in (BOT_TOKEN, SIGNING_SECRET, PLAYGROUND_KEY) if secret in ran.out]
    assert "`campaign-bot doctor --online` asks" in ran.lines[-1]
    assert "`campaign-bot serve` starts the bot" in ran.lines[-1]


async def test_online_asks_slack_and_carecycle(here: World, account: Account, tmp_path: Path) -> None:
    ran = await examined(here, account, tmp_path, "--online")
    assert (ran.status, ran.err) == (0, "")
    well = of(ran, "✓")
    assert "careCycle accepts CARECYCLE_API_KEY" in well
    assert any(line.startswith("Slack accepts SLACK_BOT_TOKEN: workspace ") for line in well)
    assert "Slack’s blocks.validate takes the help message" in well
    known = {line.split()[-1] for line in well if "careCycle knows the query parameter" in line}
    assert known == {"page", "sortBy", "sortOrder", "search", "status", "includeClient"}
    (hint,) = [line for line in of(ran, "•") if "ignores" in line]
    assert hint.endswith("the query parameter limit: set CARECYCLE_PARAMS=limit=its-true-name")
    assert len(account.carecycle.requests) <= 9
    assert ran.lines[-1].startswith("Next: `campaign-bot serve` starts the bot.")


async def test_optional_scopes_are_no_fault_and_it_says_what_is_not_offered_without_them(
    here: World, account: Account, tmp_path: Path
) -> None:
    ran = await examined(here, account, tmp_path, "--online")
    without = [line for line in of(ran, "•") if "optional scope" in line]
    assert len(without) == len(optional_scopes())
    for line, scope in zip(without, optional_scopes(), strict=True):
        assert line.startswith(f"the optional scope {scope} is not granted: ")
    here.slack.api.allow(*optional_scopes())
    ran = await examined(here, account, tmp_path, "--online")
    assert (ran.status, [line for line in ran.lines if "optional scope" in line]) == (0, [])


async def test_it_believes_the_true_name(here: World, account: Account, tmp_path: Path) -> None:
    ran = await examined(here, account, tmp_path, "--online", CARECYCLE_PARAMS="limit=pageSize")
    assert "careCycle knows the query parameter pageSize" in of(ran, "✓")


async def test_without_a_key_it_asks_only_whether_carecycle_is_there(
    here: World, account: Account, tmp_path: Path
) -> None:
    ran = await examined(here, account, tmp_path, "--online", CARECYCLE_API_KEY="")
    assert ran.status == 0
    assert any(line.startswith("careCycle’s API answers at 127.0.0.1:") for line in of(ran, "✓"))
    assert len(account.carecycle.requests) == 1
    assert "an admin then types /campaign connect in Slack" in ran.lines[-1]


async def test_what_was_refused_is_said_with_what_to_do(here: World, account: Account, tmp_path: Path) -> None:
    account.carecycle.fault = "unauthorized"
    ran = await examined(here, account, tmp_path, "--online", SLACK_BOT_TOKEN="xoxb-SECRET")
    assert ran.status == 1
    slack, carecycle = of(ran, "✗")
    assert slack == "Slack does not accept SLACK_BOT_TOKEN (invalid_auth)"
    assert carecycle.startswith("careCycle does not accept CARECYCLE_API_KEY: it was revoked or has expired.")
    assert ran.lines[-1].startswith(
        "Next: reinstall the app and copy SLACK_BOT_TOKEN from it, make a new CARECYCLE_API_KEY,"
    )
    assert not [secret for secret in ("SECRET", PLAYGROUND_KEY) if secret in ran.out.replace("SIGNING_SECRET", "")]


@pytest.mark.parametrize("key", ["", PLAYGROUND_KEY], ids=["without a key", "with a key"])
async def test_hosts_that_do_not_answer_are_named_once_each(
    here: World, account: Account, tmp_path: Path, key: str
) -> None:
    away = {"CARECYCLE_BASE_URL": "http://localhost:9", "SLACK_API_URL": f"{NOBODY}/api/", "CARECYCLE_API_KEY": key}
    ran = await examined(here, account, tmp_path, "--online", **away)
    assert (ran.status, ran.err) == (1, "")
    slack, carecycle = of(ran, "✗")
    assert slack == "127.0.0.1:9 does not answer (ClientConnectorError)"
    assert carecycle.startswith(
        "localhost:9 does not answer (ConnectError): try again in a minute, or look at CARECYCLE_"
    )
    assert ran.lines[-1].startswith(
        "Next: let this machine reach 127.0.0.1:9, let this machine reach localhost:9, then"
    )


@pytest.mark.parametrize("key", ["", PLAYGROUND_KEY], ids=["without a key", "with a key"])
async def test_an_address_without_carecycles_api_is_said_to_be_wrong(
    here: World, account: Account, tmp_path: Path, key: str
) -> None:
    ran = await examined(here, account, tmp_path, "--online", CARECYCLE_BASE_URL=here.page, CARECYCLE_API_KEY=key)
    assert ran.status == 1
    (said,) = of(ran, "✗")
    assert said.startswith(f"CARECYCLE_BASE_URL, {here.page}, is not the address of careCycle’s API (status 404")
    assert ran.lines[-1].startswith("Next: correct CARECYCLE_BASE_URL, then")


async def test_signs_that_a_terminal_lacks_are_no_traceback(tmp_path: Path) -> None:
    program, encoding = (sys.executable, "-m", "bot", "doctor"), {"PYTHONUTF8": "0", "PYTHONIOENCODING": "latin-1"}
    env = {**machine_clock.environment(str(ROOT)), **encoding}
    process = await asyncio.create_subprocess_exec(*program, cwd=tmp_path, env=env, stdout=PIPE, stderr=PIPE)
    out, err = await rest_of(process)
    assert (process.returncode, err) == (1, b"")
    assert b"? SLACK_APP_TOKEN is not set: " in out
