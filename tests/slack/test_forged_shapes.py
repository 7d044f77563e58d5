"""Elements that are not what their id promises: an old or forged payload never ends as a mistake of this app."""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import blocks
from blocks import inputs
from blocks.digests import form_fields
from playground.slack import payloads
from playground.slack.workspace import Json
from playground.world import World
from tests.conftest import AEP, MakeWorld
from tests.drivers.app_home import open_home
from tests.drivers.digest_forms import OWNER, ROOM, form, listed, made, opened_by
from tests.drivers.judged_accounts import judged
from tests.drivers.modals import close_all
from tests.drivers.slash_command import finished
from tests.samples.assessments import account, assessed, kinds

_PREFIXES = ("digest.", "digests.", "quiet.", "home.", "campaigns.", "campaign.", "notice.")
_TYPES = ("button", "overflow", "static_select", "external_select", "multi_static_select", "plain_text_input",
          "datepicker", "checkboxes", "radio_buttons", "users_select", "workflow_button", "unheard_of")  # fmt: skip


def ids() -> Iterator[str]:
    """Yield every id in `blocks` that begins like one of an element."""
    for module in pkgutil.walk_packages(blocks.__path__, "blocks."):
        for named in vars(importlib.import_module(module.name)).values():
            if isinstance(named, str) and named.startswith(_PREFIXES):
                yield named


IDS = sorted(set(ids()))
FIELDS = sorted(one for one in vars(form_fields).values() if isinstance(one, str) and one.startswith(form_fields.FIELD))
_SHORT = st.text(max_size=20)
_TOLD = (  # what controls carry, and nearly
    "d1", "d1 here 0", f"d1 all {'9' * 1900}", "d1 r1", "pause d1", "pause ", f"r1 calls {'9' * 4400}", "d1 \x00",
    "account", "campaign:x", f"{AEP} slow", f"{AEP} nothing", AEP, "{}", "x@x", "2026-13-45", "active",
)  # fmt: skip


@st.composite
def odd(draw: st.DrawFn) -> Any:
    """Draw what stands where something else is promised."""
    kind = draw(st.sampled_from(("none", "bool", "number", "text", "told", "list", "object")))
    if kind in ("list", "object"):
        return [draw(_SHORT)] if kind == "list" else {draw(_SHORT): draw(_SHORT)}
    others = {"none": st.none(), "bool": st.booleans(), "number": st.integers(), "text": _SHORT}
    return draw(others.get(kind, st.sampled_from(_TOLD)))


@st.composite
def options(draw: st.DrawFn) -> Any:
    """Draw an option, or what is none."""
    return draw(odd()) if draw(st.booleans()) else {name: draw(odd()) for name in draw(_some("value", "text"))}


@st.composite
def elements(draw: st.DrawFn) -> Json:
    """Draw an element: some kind, with what other kinds have."""
    parts = draw(_some("value", "selected_date", "selected_users", "selected_user", "selected_conversation", "text"))
    element = {"type": draw(st.sampled_from(_TYPES)), **{name: draw(odd()) for name in parts}}
    if draw(st.booleans()):
        element["selected_option"] = draw(options())
    if draw(st.booleans()):
        element["selected_options"] = draw(odd()) if draw(st.booleans()) else [draw(options())]
    return element


@st.composite
def filled(draw: st.DrawFn) -> Json:
    """Draw what the fields of a form hold."""
    return {
        name: draw(odd()) if draw(st.booleans()) else {inputs.VALUE: draw(elements())} for name in draw(_some(*FIELDS))
    }


def _some(*names: str) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(names), unique=True, max_size=6)


def examples(strategy: st.SearchStrategy[Any], count: int = 60) -> list[Any]:
    """Draw examples before a world begins: Hypothesis watches the random numbers that other threads use."""
    drawn: list[Any] = []

    @given(strategy)
    @settings(max_examples=count, phases=[Phase.generate], database=None, suppress_health_check=list(HealthCheck))
    def keep(one: Any) -> None:
        drawn.append(one)

    keep()
    return drawn


async def world(make_world: MakeWorld) -> World:
    """Make a world with a digest and a problem, so that deeds have something to work on."""
    here = await make_world()
    await judged(here, account(assessed("AEP Outreach 2026", kinds()["standing-still"])))
    await made(here)
    return here


class Watch:
    """What of a log is a mistake of this app, and after which payload it was logged."""

    def __init__(self, here: World, log_lines: list[dict[str, Any]]) -> None:
        self.here, self._log_lines, self._seen = here, log_lines, 0
        self.mistakes: list[tuple[Any, Any]] = []

    async def after(self, sent: Any) -> None:
        """Wait until it is answered, and close what it opened."""
        await finished(self.here)
        close_all(self.here)
        lines = list(self._log_lines)
        found = [one for one in lines[self._seen :] if one["event"] == "bug" or one.get("outcome") == "bug"]
        self.mistakes += [(str(one.get("at", one))[-300:], sent) for one in found]
        self._seen = len(lines)


def test_the_ids_of_all_kinds_of_elements_are_tried() -> None:
    assert {"digest.menu", "digests.delete", "quiet.lift", "home.on_it", "campaigns.order"} <= set(IDS)


async def test_under_a_message(log_lines: list[dict[str, Any]], make_world: MakeWorld) -> None:
    drawn = examples(st.tuples(st.sampled_from(IDS), elements()))
    here = await world(make_world)
    watch = Watch(here, log_lines)
    message = here.slack.workspace.post(ROOM, "U0BOT", "x", ephemeral_for=OWNER)
    for action_id, element in drawn:
        await here.slack.press(message, {**element, "action_id": action_id, "block_id": "b"}, user=OWNER)
        await watch.after((action_id, element))
    assert watch.mistakes == []


async def test_on_app_home(log_lines: list[dict[str, Any]], make_world: MakeWorld) -> None:
    drawn = examples(st.tuples(st.sampled_from([*IDS, inputs.VALUE]), elements()))
    here = await world(make_world)
    watch = Watch(here, log_lines)
    await open_home(here)
    for action_id, element in drawn:
        pressed = {**element, "action_id": action_id, "block_id": "home.search"}
        await here.slack.press_home(here.slack.workspace, OWNER, pressed)
        await watch.after(pressed)
    assert watch.mistakes == []


@pytest.mark.parametrize("which", ["form", "history"])
async def test_in_a_window(log_lines: list[dict[str, Any]], make_world: MakeWorld, which: str) -> None:
    ids, carried = st.sampled_from([*IDS, inputs.VALUE]), st.sampled_from((None, None, "{}", "x"))
    drawn = examples(st.tuples(ids, st.sampled_from(FIELDS), elements(), filled(), carried))
    here = await world(make_world)
    watch = Watch(here, log_lines)
    for action_id, field, element, state, metadata in drawn:
        modal = await (form(here) if which == "form" else opened_by(here, await listed(here), "History"))
        workspace, grant = here.slack.open_modal(modal)
        trigger = {"trigger_id": here.slack.views.new_trigger(workspace, OWNER)}
        action = {**element, "action_id": action_id, "block_id": field}
        sent = payloads.modal_action(workspace, grant, workspace.people[OWNER], modal, action, {}, trigger)
        sent["view"]["state"] = {"values": state}
        sent["view"] |= {"private_metadata": metadata} if metadata else {}
        await here.slack.deliveries.deliver("press", "interactive", sent)
        await watch.after((action, state))
    assert watch.mistakes == []


async def test_a_submitted_form(log_lines: list[dict[str, Any]], make_world: MakeWorld) -> None:
    drawn = examples(filled())
    here = await world(make_world)
    watch = Watch(here, log_lines)
    for state in drawn:
        await here.slack.submit(await form(here), state)
        await watch.after(state)
    assert watch.mistakes == []
