"""Lists larger than two megabytes are read as they arrive; what is too large all the same is said to be."""

import asyncio
import gzip
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.campaigns.readable_text import readable_json
from bot.carecycle.body import BODY_LIMIT
from bot.carecycle.large_list import LIMIT, LargeList
from bot.errors import Unreadable
from playground import carecycle as stand_in
from tests.carecycle.test_client import Endless
from tests.conftest import MakeWorld
from tests.drivers.accounts import campaign, id_of
from tests.drivers.carecycle_answers import KEY, Answer, Api, answer
from tests.drivers.modals import carecycle_of
from tests.drivers.slash_command import ask_one, said

AGENT = {
    "id": "a" * 36,
    "isActive": True,
    "skills": ["x"] * 20,
    "member": {"user": {"name": "Dana Ruiz", "email": "dana@agency.example"}, "filterData": {"states": ["FL"] * 120}},
}
LEFT_OUT = ("transferConfig", "appointmentConfig", "requiredVars", "campaignAutomations", "assistants")


def page(count: int, agents: int, **more: Any) -> bytes:
    config = {"transferConfig": {"type": "softphone", "routingConfig": {"agents": [AGENT] * agents}}}
    items = [campaign(number, f"Outreach {number}") | config for number in range(count)]
    return json.dumps({"itemsTotal": count, "items": items, "currentPage": 1, "nextPage": None} | more).encode()


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("agents", [25, 60])
async def test_a_hundred_campaigns_with_all_their_agents_are_a_list(agents: int, *, packed: bool) -> None:
    body = page(100, agents)
    assert len(body) > BODY_LIMIT
    given = answer(200, gzip.compress(body), content_encoding="gzip") if packed else answer(200, body)
    api = Api(given)
    assert await api.listed() == [id_of(number) for number in range(100)]
    assert len(api.requests) == 1


async def test_the_transfers_of_a_large_list_count_as_not_sent() -> None:
    found = await Api(answer(200, page(100, 60))).carecycle.list_campaigns(KEY)
    assert {(one.status, one.transfer_config) for one in found.items} == {("active", None)}
    assert (found.items_total, found.current_page, found.next_page) == (100, 1, None)


async def test_a_list_over_32_megabytes_is_not_read_to_its_end() -> None:
    class Listing(Endless):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            yield b'{"items": ['
            while self.sent < 4 * LIMIT:
                part = (json.dumps(campaign(self.sent, "x" * 60_000)) + ",").encode()
                self.sent += len(part)
                yield part

    endless = Listing()
    await _is_too_large(lambda _: httpx.Response(200, stream=endless))
    assert LIMIT < endless.sent < LIMIT + 300_000


@pytest.mark.parametrize(
    "body",
    [
        b'{"items": [{"id": "a", "description": "' + b"x" * 2 * BODY_LIMIT + b'"}]}',
        page(1, 6_000),
        page(1, 1, nothing=[1] * BODY_LIMIT),
    ],
    ids=["a text", "a campaign", "something else"],
)
async def test_one_campaign_over_two_megabytes_is_too_large_in_a_list_also(body: bytes) -> None:
    assert len(body) > BODY_LIMIT
    await _is_too_large(answer(200, body))


@pytest.mark.parametrize(
    "body",
    [page(100, 60)[:-1], page(100, 60)[:3_000_000], b"<html>" + b" " * BODY_LIMIT, b"[" + page(100, 60) + b"]"],
    ids=["without its end", "half of it", "a web page", "a list"],
)
async def test_a_large_answer_that_is_no_list_cannot_be_read(body: bytes) -> None:
    with pytest.raises(Unreadable):
        await Api(answer(200, body)).listed()


async def _is_too_large(given: Answer) -> None:
    with pytest.raises(Unreadable) as raised:
        await Api(given).listed()
    assert raised.value.what == "large"


_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | _texts
_values = st.recursive(_leaves, lambda one: st.lists(one, max_size=3) | st.dictionaries(_texts, one, max_size=3))
_names = st.sampled_from(("id", "name", "status", "customerStats", "features", "newField", *LEFT_OUT)) | _texts


@given(st.lists(st.dictionaries(_names, _values, max_size=6) | _leaves, max_size=3), st.integers(1, 400), st.booleans())
@settings(max_examples=200, deadline=None)
def test_it_reads_what_json_reads_but_for_what_a_list_does_not_need(items: list[Any], size: int, escaped: bool) -> None:
    sent = {"itemsTotal": len(items), "items": items, "currentPage": 1, "unknown": [{"items": [1]}], "nextPage": 2}
    body, whole = json.dumps(sent, ensure_ascii=escaped).encode(), LargeList()
    for start in range(0, len(body), size):
        whole.feed(body[start : start + size])
    got = whole.page()
    assert set(got) == {"itemsTotal", "items", "currentPage", "nextPage"}
    for one, other in zip(got["items"], readable_json(items), strict=True):
        if not isinstance(other, dict):
            assert one == other
            continue
        assert one == {name: other[name] for name in one}
        assert not set(one) & set(LEFT_OUT)
        assert {"id", "name", "status", "customerStats", "features"} & set(other) <= set(one)


async def test_people_list_and_search_an_account_whose_list_is_large(make_world: MakeWorld) -> None:
    account = stand_in.CareCycle([campaign(number, f"Outreach {number}") for number in range(100)])
    here = await make_world(carecycle=account)
    carecycle_of(here).fault = "large_list"
    assert "Outreach 99" in said(await ask_one(here, "list"))
    assert "Outreach 42" in said(await ask_one(here, "outreach 42"))
    assert len(carecycle_of(here).requests) <= 2


READERS = """
import asyncio, os, sys
from pydantic import SecretStr
from bot.carecycle.client import CareCycle
from bot.carecycle.http import open_http
from bot.clock import Clock

def now():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE")

def highest():
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmHWM"))

async def main():
    async with open_http(sys.argv[1], Clock()) as http:
        carecycle = CareCycle(http, {})
        read = lambda: carecycle.list_campaigns(SecretStr("cc_key"), limit=1, within=120)
        idle = now()
        pages = await asyncio.gather(*(read() for _ in range(4)))
        print((highest() - idle) // 1024, *(len(page.items) for page in pages))

asyncio.run(main())
"""


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="only Linux says what a process takes")
@pytest.mark.parametrize(("count", "agents"), [(100, 60), (100, 300)], ids=["60 agents", "almost 32 MB"])
async def test_four_readers_of_a_large_list_take_little_memory(count: int, agents: int) -> None:
    body = page(count, agents)
    assert len(body) < LIMIT

    async def listing(_: web.Request) -> web.Response:
        return web.Response(body=body, content_type="application/json")

    app = web.Application()
    app.router.add_get("/v2/campaigns", listing)
    async with TestServer(app) as server:
        tree = Path(stand_in.__file__).parents[1]
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", READERS, str(server.make_url("/"))),
            env={**os.environ, "PYTHONPATH": str(tree)},
            stdout=subprocess.PIPE,
        )
        out, _ = await asyncio.wait_for(child.communicate(), 120)
    kilobytes, *lengths = map(int, out.split())
    assert lengths == [count] * 4
    assert kilobytes < 64 * 1024, f"{kilobytes} KB"
