"""`campaign-bot check`: from careCycle, from files and from standard input; for people and for scripts."""

import asyncio
import json
import re
import sys
from collections import Counter
from collections.abc import AsyncIterator
from copy import deepcopy
from pathlib import Path
from typing import Any, get_args

import pytest
from aiohttp.test_utils import TestServer

from bot.campaigns.routing import Kind, Weight
from playground.carecycle import PLAYGROUND_KEY, CareCycle
from tests.conftest import AEP
from tests.drivers.command_line import Ran, rest_of
from tests.plugins import machine_clock
from tests.repository.shape import ROOT
from tests.samples import calling_states
from tests.samples.transfer_states import STATES, sent

FORM = {"id", "name", "transfer", "findings", "calling"}
WHOLE: dict[str, Any] = {"campaign": {**sent({}), "name": "AEP Outreach 2026", "status": "paused"}, "assistants": []}
LATER = ("--now", "2026-11-23T09:00:00-05:00")


async def check(*arguments: str, at: Path, says: str | bytes = "", **environment: str) -> Ran:
    """Run `campaign-bot check` of this checkout; `says` is its standard input."""
    env = {**machine_clock.environment(str(ROOT)), "PYTHONUTF8": "1", **environment}
    command = (sys.executable, "-m", "bot", "check", *arguments)
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, stderr=pipe, cwd=at, env=env)
    assert process.stdin
    process.stdin.write(says.encode() if isinstance(says, str) else says)
    process.stdin.close()
    out, err = await rest_of(process)
    assert process.returncode is not None
    assert b"Traceback" not in err
    return Ran(process.returncode, out.decode(), err.decode())


def lines(ran: Ran) -> list[dict[str, Any]]:
    return [json.loads(line) for line in ran.out.splitlines()]


@pytest.fixture
async def account() -> AsyncIterator[dict[str, str]]:
    """The settings with which careCycle's stand-in is reached."""
    async with TestServer(CareCycle().app(), host="127.0.0.1") as server:
        yield {"CARECYCLE_API_KEY": PLAYGROUND_KEY, "CARECYCLE_BASE_URL": str(server.make_url(""))}


async def test_every_state_of_transfers_is_answered_in_one_line(tmp_path: Path) -> None:
    ran = await check(
        "-", "--json", *LATER, at=tmp_path, says="".join(json.dumps(sent(one.changes)) + "\n" for one in STATES)
    )
    assert (ran.status, ran.err) == (0, "")
    found = lines(ran)
    assert len(found) == len(STATES)
    for state, one in zip(STATES, found, strict=True):
        assert set(one) == FORM
        assert one["transfer"] == {"verdict": state.verdict, "says": state.says}
        assert {f"{f['weight']} {f['kind']} {f['field']}" for f in one["findings"]} == state.findings
    assert "SECRET" not in ran.out


async def test_every_state_of_calling_is_answered_as_it_is_defined(tmp_path: Path) -> None:
    now = Counter(one.now for one in calling_states.STATES).most_common(1)[0][0]
    states = [one for one in calling_states.STATES if one.now == now]
    sent_in = "".join(json.dumps({"campaign": calling_states.sent(one)}) + "\n" for one in states)
    ran = await check("-", "--json", "--now", now, at=tmp_path, says=sent_in)
    assert (ran.status, ran.err) == (0, "")
    for state, one in zip(states, lines(ran), strict=True):
        answer = one["calling"]
        assert set(answer) == {"verdict", "says", "reasons", "open"}
        assert (state.name, answer["verdict"]) == (state.name, state.verdict)
        for listed, meant in ((answer["reasons"], state.reasons), (answer["open"], state.open)):
            assert tuple(f"{reason['kind']} {reason['field']}" for reason in listed) == meant
            assert all(reason["says"].endswith(".") for reason in listed)


async def test_what_is_no_campaign_says_so_and_does_not_end_the_run(tmp_path: Path) -> None:
    odd = [
        b"",
        b"no JSON",
        b"[]",
        b"5",
        b"null",
        b"{}",
        b'{"campaign": null}',
        b'{"id": 5}',
        b'{"id": " "}',
        b"\xff\xfe",
    ]
    odd += [b"[" * 100_000, b'{"id": "x", "n": ' + b"9" * 5_000 + b"}", b'{"message": "no", "code": "NOT_FOUND"}']
    good = json.dumps(WHOLE).encode()
    ran = await check("-", "--json", *LATER, at=tmp_path, says=b"\n".join([*odd, good]))
    assert (ran.status, ran.err) == (0, "")
    *errors, last = lines(ran)
    assert [set(one) for one in errors] == [{"error"}] * len(odd)
    assert all(one["error"].startswith("this is no ") for one in errors)
    assert (last["name"], last["calling"]["verdict"]) == ("AEP Outreach 2026", "blocked")
    assert last["calling"]["reasons"][0] == {"field": "status", "kind": "not_active", "says": "It is paused."}


async def test_no_phone_number_and_no_address_is_printed(tmp_path: Path) -> None:
    told = deepcopy(WHOLE["campaign"]) | {"name": "Call 212-555-0143"}
    told["transferConfig"]["name"] = "Ask dana@example.com"
    told["transferConfig"]["routingConfig"]["groups"] = [
        {"name": "Call +1 212 555 0143", "isActive": True, "agents": []}
    ]
    says = json.dumps(told) + "\n"
    for arguments in (("-", "--json"), ("-",)):
        ran = await check(*arguments, *LATER, at=tmp_path, says=says)
        assert ran.out.count("(phone)") == 2
        assert "(e-mail)" in ran.out
        assert not [secret for secret in ("0143", "dana@", "SECRET") if secret in ran.out]


async def test_people_read_short_lines(tmp_path: Path) -> None:
    broken = deepcopy(WHOLE)
    broken["campaign"]["transferConfig"]["routingConfig"]["agents"] = []
    broken["campaign"]["name"] = "Evil \x1b[31m\u202ename"
    (tmp_path / "good.json").write_text(json.dumps(WHOLE))
    (tmp_path / "broken.json").write_text(json.dumps(broken["campaign"]), encoding="utf-8-sig")
    (tmp_path / "text").write_text("hello")
    ran = await check("good.json", "broken.json", "text", *LATER, at=tmp_path)
    assert ran.status == 1  # one could not be checked
    assert "\x1b" not in ran.out
    assert ran.out.splitlines() == [
        "AEP Outreach 2026 (497f6eca)",
        "  Transfers go to the softphone Main desk, which rings 2 agents in order for up to 60 seconds, "
        "then books a meeting.",
        "  It is not calling: it is paused.",
        "Evil [31m name (497f6eca)",
        "  Transfers are set to ring the softphone Main desk, but nobody can take a call: no agents are set up. "
        "Instead it books a meeting.",
        "  Problem: Nobody can take a call: no agents are set up. Add an agent.",
        "  It is not calling: it is paused.",
        "Not checked: this is no JSON",
    ]


async def test_careCycle_is_asked_for_ids_and_links(account: dict[str, str], tmp_path: Path) -> None:  # noqa: N802
    link = f"https://app.carecycle.ai/campaigns/{AEP}?tab=1"
    nowhere = "00000000-0000-4000-8000-000000000000"
    ran = await check(AEP, link, nowhere, "--json", at=tmp_path, **account)
    assert (ran.status, ran.err) == (0, "")
    one, two, three = lines(ran)
    assert one == two
    assert (one["name"], one["transfer"]["verdict"]) == ("AEP Outreach 2026", "softphone")
    says = "Nobody in group Spanish can take a call. Switch on an agent there."
    at = "transferConfig.routingConfig.groups[1].agents"
    assert one["findings"] == [{"field": at, "kind": "nobody", "weight": "problem", "says": says}]
    assert "is not in" in three["error"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "Missing argument"),
        (("hello",), "'hello' is neither a file nor a campaign's id or link"),
        (("x" * 5_000,), "is neither a file nor a campaign's id or link"),
        ((".",), "'.' is neither a file nor a campaign's id or link"),
        (("-", "--now", "2026-11-23T09:00:00"), "--now must be ISO 8601 with a time zone"),
        (("-", "--now", "2026-11-23"), "--now must be ISO 8601 with a time zone"),
        (("-", "--now", "tomorrow"), "--now must be ISO 8601 with a time zone"),
        (("-", "--now"), "requires an argument"),
        (("-", "--yaml"), "No such option"),
        ((AEP,), "CARECYCLE_API_KEY is not set"),
    ],
)
async def test_wrong_usage_is_one_plain_line(arguments: tuple[str, ...], says: str, tmp_path: Path) -> None:
    ran = await check(*arguments, at=tmp_path)
    assert (ran.status, ran.out) == (2, "")
    assert says in ran.err
    assert len(ran.err.splitlines()) == 1


def test_the_page_has_every_kind_and_weight_and_no_other() -> None:
    page = (ROOT / "docs" / "checks.md").read_text()
    kinds, weights = (page.split(title)[1].split("\n## ")[0] for title in ("## Kinds", "## Weights"))
    assert re.findall(r"^\| `(\w+)`", kinds, re.MULTILINE) == list(get_args(Kind))
    assert re.findall(r"^\| `(\w+)`", weights, re.MULTILINE) == list(get_args(Weight))


def test_the_example_of_the_page_is_what_is_printed() -> None:
    from bot.campaigns.campaign import Campaign
    from bot.cli.checkup import checkup, moment

    page = (ROOT / "docs" / "checks.md").read_text()
    example = json.loads(page.split("```json\n")[1].split("```")[0])
    answer = json.loads((ROOT / "playground/data/sunrise/aep-outreach-2026.json").read_text())
    when = moment("2026-11-23T09:00:00-05:00")
    assert when
    assert checkup(Campaign.model_validate(answer.get("campaign", answer)), when) == example
