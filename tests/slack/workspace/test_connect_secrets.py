"""What is typed as a key comes out nowhere but as its last four characters."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.store import audit
from playground.carecycle import CareCycle
from playground.samples import SUNRISE
from playground.world import World
from tests.conftest import AEP, MakeWorld
from tests.drivers.broken_key import quiet
from tests.drivers.modals import carecycle_of, close_all, opened, submit, timed, type_key, unconnected
from tests.drivers.slash_command import ask, press, said

# Each typed key has this in it, and ends in four characters of its own.
PLANTED = "PLANTED-key-of-a-customer"
GOOD, OTHER = f"cc_{PLANTED}-1111", f"cc_{PLANTED}-2222"
WRONG = (
    f"xoxb-{PLANTED}-3333",
    f"cc_{PLANTED} {PLANTED}",
    f"cc_{PLANTED}-é",
    f"Bearer {GOOD}",
    f"cc_{PLANTED}\n{GOOD}",
)
FAULTS = ("unauthorized", "forbidden", "rate_limited", "server_error", "html", "reset", "cut_json", "validation_error")


def _carecycle() -> CareCycle:
    return CareCycle(keys=dict.fromkeys((GOOD, OTHER), SUNRISE))


def _everything(here: World) -> Iterator[str]:
    """All that ever left the bot for Slack, or stands there now."""
    yield from (json.dumps(vars(message)) for message in here.slack.workspace.messages)
    yield from (json.dumps([modal.view, modal.errors]) for modal in here.slack.workspace.modals)
    yield from (json.dumps(args) for _, args in here.slack.api.calls)
    yield from (json.dumps(body) for body in here.slack.response_urls.received)


def _files(folder: Path) -> list[str]:
    return [file.read_bytes().decode("latin-1") for file in folder.iterdir()]


def _nothing_in(*texts: str) -> None:
    for text in texts:
        assert PLANTED not in text, text[max(0, text.index(PLANTED) - 200) :][:400]


@pytest.mark.parametrize("socket_mode", [False, True])
async def test_a_typed_key_comes_out_nowhere(
    log_lines: list[dict[str, Any]], make_world: MakeWorld, tmp_path: Path, socket_mode: bool
) -> None:
    here, time = await timed(make_world, carecycle=_carecycle(), data_dir=tmp_path, socket_mode=socket_mode)
    await ask(here, AEP)
    await _try(here, GOOD, *FAULTS)
    time.move(3700)
    await _try(here, GOOD, "none")
    await _try(here, OTHER, *FAULTS, "none")
    carecycle_of(here).keys.clear()
    time.move(3700)
    await ask(here, AEP)
    await quiet(here)
    told = next(one for one in here.slack.workspace.messages if one.channel == "D-U01OWNER")
    await press(here, told, "Connect a new key")
    await submit(here, await opened(here, "disconnect"))
    entries = await audit.newest(here.bot.db)
    _nothing_in(*_everything(here), repr(entries), *(json.dumps(line) for line in log_lines))
    _nothing_in(*_files(tmp_path))


async def test_what_is_not_a_key_comes_out_nowhere_either(
    log_lines: list[dict[str, Any]], make_world: MakeWorld
) -> None:
    here = await unconnected(make_world, carecycle=_carecycle())
    for typed in WRONG:
        await _try(here, typed, "none")
    _nothing_in(*_everything(here), *(json.dumps(line) for line in log_lines))


async def test_a_mistake_of_ours_while_a_key_is_in_hand_does_not_show_it(
    log_lines: list[dict[str, Any]], make_world: MakeWorld
) -> None:
    here = await unconnected(make_world, carecycle=_carecycle())
    modal = await opened(here, "connect")
    async with here.bot.db.writing() as connection:
        await connection.exec_driver_sql("DROP TABLE connections")
    await type_key(here, modal, GOOD)
    assert modal.errors["key"]
    _nothing_in(*_everything(here), *(json.dumps(line) for line in log_lines))


async def test_of_a_very_short_key_nothing_is_shown(make_world: MakeWorld) -> None:
    here = await unconnected(make_world, carecycle=CareCycle(keys={"cc_short": SUNRISE}))
    modal = await here.slack.connect("cc_short")
    assert modal.errors == {}
    for view in (modal.view, (await opened(here, "connect")).view):
        assert "ending in `…`" in said(view)
        assert "cc_short" not in said(view)


async def _try(here: World, key: str, *faults: str) -> None:
    """Types it while careCycle suffers from each of these."""
    for fault in faults:
        modal = await opened(here, "connect")
        carecycle_of(here).fault = fault
        await type_key(here, modal, key)
        carecycle_of(here).fault = "none"
        _nothing_in(json.dumps([modal.view, modal.errors]))
        close_all(here)
