"""What `/metrics` says of replicas: how many there are, and whether this one hears and counts with the others."""

import asyncio
import re
from typing import Any

import aiohttp
import pytest

from playground.world import World
from tests.conftest import MakeWorld
from tests.plugins.postgres import Server

ALL = {"replicas_alive": "1.0", "changes_heard": "1.0", "request_limit_shared": "1.0"}


async def _said(here: World) -> dict[str, str]:
    async with aiohttp.ClientSession() as session, session.get(here.slack.bot + "/metrics") as answer:
        found = dict(re.findall(r"^campaign_bot_(\S+) (\S+)$", await answer.text(), re.MULTILINE))
    return {name: value for name, value in found.items() if name in ALL}


async def _says(here: World, wanted: dict[str, str]) -> None:
    async with asyncio.timeout(60):
        while await _said(here) != wanted:  # noqa: ASYNC110 - the bot does it by itself
            await asyncio.sleep(0.1)


@pytest.mark.parametrize("database_options", ["postgresql"], indirect=True)
async def test_a_replica_says_what_it_knows_of_the_others_also_while_the_database_is_away(
    make_world: MakeWorld, database_options: dict[str, Any], postgres_server: Server
) -> None:
    here = await make_world(**database_options)
    await _says(here, ALL)
    with postgres_server.out_of_reach(database_options["database_url"]):
        await _says(here, ALL | {"changes_heard": "0.0", "request_limit_shared": "0.0"})
    await _says(here, ALL)


@pytest.mark.parametrize("database_options", ["sqlite"], indirect=True)
async def test_one_process_says_nothing_of_others(make_world: MakeWorld, database_options: dict[str, Any]) -> None:
    assert await _said(await make_world(**database_options)) == {}
