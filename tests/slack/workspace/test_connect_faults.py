"""The fault table of connecting: every fault of careCycle x first key or another one, one clear answer each."""

import pytest

from bot.store import profiles
from playground.carecycle import FAULTS, CareCycle
from playground.samples import SUNRISE
from playground.world import World
from tests.conftest import AEP, MakeWorld
from tests.drivers.modals import NEW_KEY, carecycle_of, carecycle_with_keys, close_all, opened, type_key, unconnected
from tests.drivers.slash_command import ask_one, finished, said

KEPT = ""
LIMIT, SILENT = "careCycle’s request limit for this key was reached", "careCycle did not answer in time"
REJECTED, FORBIDDEN = "careCycle does not accept this key", "lacks the permission to read campaigns"
STRANGE = "careCycle answered with something this app cannot read"
ODD = f"{STRANGE}: it did not understand how this app asked"
# What the field says (nothing: the key is kept), and how many requests careCycle may see for it.
EXPECTED: dict[str, tuple[str, int]] = {
    "none": (KEPT, 1),
    "slow": (KEPT, 1),
    "redirect_same": (KEPT, 2),
    "large_list": (KEPT, 1),
    "wrong_types": (STRANGE, 1),
    "other_campaign": (KEPT, 1),
    "rate_limited": (LIMIT, 1),
    "rate_limited_header": (LIMIT, 1),
    "rate_limited_bare": (LIMIT, 1),
    "server_error": (SILENT, 2),
    "bad_gateway_html": (SILENT, 2),
    "reset": (SILENT, 2),
    "truncated": (SILENT, 2),
    "hanging": (SILENT, 1),
    "cut_json": (STRANGE, 1),
    "html": (STRANGE, 1),
    "not_json_utf8": (STRANGE, 1),
    "empty": (STRANGE, 1),
    "wrong_shape": (STRANGE, 1),
    "too_big": (STRANGE, 1),
    "gzip_bomb": (STRANGE, 1),
    "redirect_elsewhere": (STRANGE, 1),
    "unauthorized": (REJECTED, 1),
    "forbidden": (FORBIDDEN, 1),
    "not_found": (STRANGE, 1),
    "validation_error": (ODD, 1),
}
FIRST, OLD, OTHER = "cc_the_first_try_1111", "cc_the_old_key_2222", "cc_the_other_try_3333"  # a 429 shuts a key's gate


def test_the_table_names_every_fault() -> None:
    assert set(EXPECTED) == set(FAULTS)


@pytest.mark.parametrize("fault", EXPECTED)
async def test_a_key_that_is_not_proven_is_refused_at_the_field_and_nothing_changes(
    make_world: MakeWorld, fault: str, request: pytest.FixtureRequest
) -> None:
    if fault != "hanging":
        request.getfixturevalue("patient_slack")
    carecycle = CareCycle(keys=dict.fromkeys((FIRST, OLD, OTHER), SUNRISE), slow_seconds=0.05)
    here = await unconnected(make_world, carecycle=carecycle)
    await _try(here, FIRST, fault)
    if EXPECTED[fault][0]:
        assert await _key(here) is None
    assert (await here.slack.connect(OLD)).errors == {}
    await _try(here, OTHER, fault)
    assert await _key(here) == (OLD if EXPECTED[fault][0] else OTHER)
    assert (await ask_one(here, AEP)).text.startswith("AEP Outreach 2026")


async def test_a_slow_slack_is_given_up_while_it_still_waits_and_carecycle_is_not_asked(make_world: MakeWorld) -> None:
    here = await unconnected(make_world)
    modal = await opened(here, "connect")
    here.slack.workspace.people["U02ADMIN"].role = "owner"
    modal.user = "U02ADMIN"  # not asked about before
    here.slack.faults.set("web_api_slow", 1)
    carecycle_of(here).fault = "hanging"
    await type_key(here, modal, NEW_KEY)
    says = "Slack did not tell this app whether you are a manager here, so nothing was done. Try again in a minute."
    assert modal.errors == {"key": says}
    assert carecycle_of(here).requests == []
    await finished(here)
    assert await _key(here) is None


async def test_a_429_says_how_long_and_the_same_key_is_not_sent_again_before(make_world: MakeWorld) -> None:
    here = await unconnected(make_world)
    modal = await opened(here, "connect")
    carecycle_of(here).fault, carecycle_of(here).fault_for = "rate_limited", 1
    await type_key(here, modal, NEW_KEY)
    assert "Nothing was changed; try again in 61 seconds." in modal.errors["key"]
    await type_key(here, modal, NEW_KEY)
    assert LIMIT in modal.errors["key"]
    assert len(carecycle_of(here).requests) == 1


async def test_the_form_can_be_submitted_again_once_the_trouble_is_over(make_world: MakeWorld) -> None:
    here = await unconnected(make_world)
    modal = await opened(here, "connect")
    for fault in ("unauthorized", "server_error", "forbidden"):
        carecycle_of(here).fault = fault
        await type_key(here, modal, NEW_KEY)
        assert modal.errors
    carecycle_of(here).fault = "none"
    await type_key(here, modal, NEW_KEY)
    assert "Connected to careCycle" in said(modal.view)


async def test_many_wrong_keys_do_not_use_up_the_limit_of_the_good_one(make_world: MakeWorld) -> None:
    here = await unconnected(make_world, carecycle=carecycle_with_keys())
    modal = await opened(here, "connect")
    for number in range(70):
        await type_key(here, modal, f"cc_wrong_key_{number:04d}")
    await type_key(here, modal, NEW_KEY)
    assert modal.errors == {}
    assert (await ask_one(here, AEP)).text.startswith("AEP Outreach 2026")


async def _try(here: World, key: str, fault: str) -> None:
    """Submits `key` while careCycle has this fault. What is said at the field was said while Slack still waited."""
    modal, carecycle = await opened(here, "connect"), carecycle_of(here)
    says, requests = EXPECTED[fault]
    carecycle.requests.clear()
    carecycle.fault = fault
    await type_key(here, modal, key)
    if "a different account" in said(modal.view):  # it asks once more, with one more request
        carecycle.requests.clear()
        await type_key(here, modal, key)
    carecycle.fault = "none"
    assert len(carecycle.requests) <= requests
    if says:
        assert says in modal.errors["key"]
    else:
        assert f"ending in `{key[-4:]}`" in said(modal.view)
    close_all(here)


async def _key(here: World) -> str | None:
    kept = (await profiles.read(here.bot.db, "T01SUNRISE")).connection
    return kept.key.get_secret_value() if kept else None
