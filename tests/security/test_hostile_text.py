"""Lone surrogates, NUL and terminals' escapes in names: through cards, lists, digests, both databases and commands."""

import json
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestServer

from blocks.digests.send_now import ME, TO
from bot.store import audit
from playground.carecycle import PLAYGROUND_KEY, CareCycle
from tests.conftest import AEP, MakeWorld
from tests.drivers.app_home import open_home
from tests.drivers.command_line import run
from tests.drivers.digest_forms import OWNER, TEAM, made, press_value, save
from tests.drivers.digest_forms import option as picked
from tests.drivers.slash_command import ask_one, finished, press, said

HALF, ESCAPE, TURNED, ZERO = "\ud83d", "\x1b[31m\x9b2J", "\u202e", "\x00"
NAME = f"AEP {HALF} {ZERO} {ESCAPE} {TURNED} Outreach"


def hostile() -> CareCycle:
    """An account in which every text of the first campaign holds what nobody can write down."""
    carecycle = CareCycle()
    one = carecycle.campaigns[AEP]
    same = {name: value for name, value in one.items() if name.lower().endswith("id") or name == "status"}
    carecycle.campaigns[AEP] = {**_everywhere(one), **same, "name": NAME}
    return carecycle


def _everywhere(data: Any) -> Any:
    if isinstance(data, dict):
        return {name: _everywhere(value) for name, value in data.items()}
    if isinstance(data, list):
        return [_everywhere(one) for one in data]
    return f"{data} {HALF}{ZERO}" if isinstance(data, str) and not data[:4].isdigit() else data


async def test_no_text_of_a_campaign_makes_an_answer_a_mistake(
    make_world: MakeWorld, database_options: dict[str, Any], log_lines: list[dict[str, Any]]
) -> None:
    here = await make_world(carecycle=hostile(), **database_options)
    card = await ask_one(here, AEP)
    assert "AEP" in said(card)
    await press(here, card, "Details")
    for words in ("list", "problems", "AEP Outreach", f"check {AEP}", f"compare {AEP}"):
        await ask_one(here, words)
    await open_home(here)
    digest = await made(here)
    await press_value(here, "digests.send", digest.id)
    await save(here, here.slack.modals_of(OWNER)[-1], {TO: picked(ME)})
    await finished(here)
    assert [one for one in log_lines if one["event"] == "bug" or one.get("outcome") == "bug"] == []


@pytest.mark.parametrize("name", [NAME.replace(HALF, "x").replace(ZERO, ""), f"{HALF} digest", f"a{ZERO}b"])
async def test_what_a_person_types_is_kept_in_both_databases(
    make_world: MakeWorld, database_options: dict[str, Any], name: str
) -> None:
    here = await make_world(**database_options)
    digest = await made(here, name=name)
    assert digest.name
    assert (await audit.newest(here.bot.db, TEAM))[0].action == "digest made"
    assert not set(digest.name) & set(HALF + ZERO + ESCAPE[:1] + TURNED)


ACTING = {"\x1b", "\x9b", "\u202e", "\x00"}


@pytest.mark.parametrize("words", ["card {id}", "card {id} --json", "check {id}", "check {id} --json"])
async def test_nothing_in_a_name_acts_on_a_terminal(tmp_path: Path, words: str) -> None:
    async with TestServer(hostile().app(), host="127.0.0.1") as server:
        address = {"CARECYCLE_API_KEY": PLAYGROUND_KEY, "CARECYCLE_BASE_URL": str(server.make_url(""))}
        ran = await run(*words.format(id=AEP).split(), at=tmp_path, **address)
    assert ran.status == 0, ran.err
    assert "AEP" in ran.out
    assert not set(ran.out) & ACTING
    if "--json" in words:
        json.loads(ran.out)
