"""A card that needs nothing but memory is answered over HTTP before Bolt is asked, and looks like any other."""

import re
from typing import Any

import pytest

from bot.slack.campaigns import at_hand
from playground.world import World
from tests.conftest import AEP, MakeWorld
from tests.drivers.slash_command import ask, ask_one, said
from tests.drivers.workspaces import CHANNELS, OWNERS, SUNRISE, organization_of_two, two_connected

_SLACKS_IDS = re.compile(r"b\d{8}")  # of blocks that the app gave none
IN_SUNRISE = {"user": OWNERS[SUNRISE], "channel": CHANNELS[SUNRISE]}


async def _one(make_world: MakeWorld) -> World:
    return await make_world()


def bolt_is_asked(here: World, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is typed from now on and reaches Bolt."""
    asked, dispatch = list[str](), here.bot.bolt.async_dispatch

    async def noted(request: Any) -> Any:
        asked.append(request.body["text"])
        return await dispatch(request)

    monkeypatch.setattr(here.bot.bolt, "async_dispatch", noted)
    return asked


@pytest.mark.parametrize("installed", [_one, two_connected, organization_of_two])
async def test_the_second_card_is_answered_before_bolt_and_is_the_same(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch, log_lines: list[dict[str, Any]], installed: Any
) -> None:
    here = await installed(make_world)
    first = await ask_one(here, AEP, **IN_SUNRISE)
    asked = bolt_is_asked(here, monkeypatch)
    again = await ask_one(here, f" {AEP.upper()} ", **IN_SUNRISE)
    assert asked == []
    assert _SLACKS_IDS.sub("", said(again)) == _SLACKS_IDS.sub("", said(first))
    how = [(line["cache"], line["via"]) for line in log_lines if line["event"] == "command"]
    assert how[-2:] == [("miss", "ack"), ("hit", "ack")]


@pytest.mark.parametrize("typed", ["", "help", "list", f"check {AEP}", AEP[:-1], f"{AEP} {AEP[:-1]}7"])
async def test_everything_else_is_for_bolt(here: World, monkeypatch: pytest.MonkeyPatch, typed: str) -> None:
    await ask_one(here, AEP)
    asked = bolt_is_asked(here, monkeypatch)
    assert await ask(here, typed)
    assert asked == [typed]


async def test_where_the_app_was_removed_nothing_is_at_hand(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = await two_connected(make_world)
    await ask_one(here, AEP, **IN_SUNRISE)
    here.bot.services.authorize.forget(SUNRISE)
    asked = bolt_is_asked(here, monkeypatch)
    await ask_one(here, AEP, **IN_SUNRISE)
    assert asked == [AEP]


async def test_a_mistake_on_the_short_way_is_explained_as_any_other(
    here: World, monkeypatch: pytest.MonkeyPatch, log_lines: list[dict[str, Any]]
) -> None:
    await ask_one(here, AEP)

    def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(at_hand, "card", broken)
    (told,) = await ask(here, AEP)
    (bug,) = (line for line in log_lines if line["event"] == "bug")
    assert bug["reference"] in told.text
