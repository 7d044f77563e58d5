"""Connecting names the account, and warns before a key of another account takes the place of the one before."""

from typing import Any

from blocks.digests.form_fields import KIND, PICKS
from bot.records import Connection
from bot.store import profiles
from playground.carecycle import CareCycle
from playground.samples import HARBOR, SUNRISE, samples
from playground.slack.workspace import Modal
from playground.world import World
from tests.conftest import AEP, MakeWorld
from tests.drivers import digest_forms
from tests.drivers.accounts import campaign
from tests.drivers.modals import carecycle_of, close_all, opened, submit, timed, type_key, unconnected
from tests.drivers.slash_command import ask_one, finished, said
from tests.drivers.workspaces import SUNRISE as TEAM
from tests.drivers.workspaces import rows

FIRST, SAME, OTHER = "cc_first_key_of_sunrise_1111", "cc_second_key_of_sunrise_2222", "cc_key_of_harbor_3333"
WARNING = "*This key opens a different account than before:*"
DAY = 24 * 60 * 60


def of_two(**more: Any) -> CareCycle:
    """Return a careCycle with two keys of Sunrise and one of Harbor."""
    return CareCycle(**more, keys={FIRST: SUNRISE, SAME: SUNRISE, OTHER: HARBOR})


async def kept(here: World) -> str | None:
    connection: Connection | None = (await profiles.read(here.bot.db, TEAM)).connection
    return connection.key.get_secret_value() if connection else None


async def typed(here: World, key: str) -> Modal:
    """Open the form, type a key and save it. Return the window afterwards."""
    modal = await opened(here, "connect")
    await type_key(here, modal, key)
    return modal


async def test_a_first_key_names_the_account_and_compares_it_with_nothing(make_world: MakeWorld) -> None:
    here = await unconnected(make_world, carecycle=of_two())
    words = said((await typed(here, FIRST)).view)
    mine = {one["name"] for one in samples("sunrise") if one.get("name")}
    count = len(samples("sunrise"))
    assert f"Its account has {count} campaigns, for example *" in words
    assert words.partition("for example *")[2].partition("*")[0] in mine
    assert "account as before" not in words
    assert "another account" not in words


async def test_a_key_of_the_same_account_is_taken_at_once(make_world: MakeWorld) -> None:
    here = await unconnected(make_world, carecycle=of_two())
    await typed(here, FIRST)
    words = said((await typed(here, SAME)).view)
    assert "It is the same account as before." in words
    assert await kept(here) == SAME


async def test_a_key_of_another_account_is_taken_only_when_it_is_saved_once_more(make_world: MakeWorld) -> None:
    here = await unconnected(make_world, carecycle=of_two())
    await typed(here, FIRST)
    modal = await typed(here, OTHER)
    assert WARNING in said(modal.view)
    assert "None of the campaigns last listed are in it." in said(modal.view)
    assert "Digests" not in said(modal.view)
    assert modal.view["submit"]["text"] == "Replace anyway"
    assert (await kept(here), OTHER[:-4] in said(modal.view)) == (FIRST, False)
    assert (await ask_one(here, AEP)).text.startswith("AEP Outreach 2026")
    await type_key(here, modal, OTHER)
    assert "It is a different account than before." in said(modal.view)
    assert await kept(here) == OTHER
    entry = (await (await here.bot.workspaces.of(TEAM)).audit_entries(1))[0]
    assert (entry.action, entry.details) == ("replaced", {"last_four": "3333", "account": "other"})


async def test_what_was_confirmed_for_one_key_is_not_for_the_next(make_world: MakeWorld) -> None:
    here = await unconnected(make_world, carecycle=of_two())
    carecycle_of(here).keys["cc_another_key_of_harbor_4444"] = HARBOR
    await typed(here, FIRST)
    modal = await typed(here, OTHER)
    await type_key(here, modal, "cc_another_key_of_harbor_4444")
    assert WARNING in said(modal.view)
    await type_key(here, modal, FIRST)  # the old one after all
    assert "It is the same account as before." in said(modal.view)


async def test_digests_that_name_campaigns_of_the_account_before_are_counted(make_world: MakeWorld) -> None:
    here = await unconnected(make_world, carecycle=of_two())
    await typed(here, FIRST)
    form = await digest_forms.form(here)
    await digest_forms.change(here, form, KIND, "these")
    await digest_forms.save(here, form, {PICKS: [AEP]})
    close_all(here)
    modal = await typed(here, OTHER)
    assert "1 digest of this workspace names campaigns of the previous account" in said(modal.view)


async def test_after_disconnecting_the_account_is_still_known(make_world: MakeWorld) -> None:
    here = await unconnected(make_world, carecycle=of_two())
    await typed(here, FIRST)
    await submit(here, await opened(here, "disconnect"))
    modal = await typed(here, OTHER)
    assert (WARNING in said(modal.view), modal.view["submit"]["text"]) == (True, "Connect anyway")
    assert await kept(here) is None


async def test_where_there_is_nothing_to_compare_that_is_said(make_world: MakeWorld) -> None:
    here = await unconnected(make_world, carecycle=of_two())
    await typed(here, FIRST)
    async with here.bot.db.engine.begin() as db:
        await db.exec_driver_sql("DELETE FROM known_accounts")  # it was connected by the version before
    assert "cannot tell whether it is the same account as before" in said((await typed(here, OTHER)).view)


async def test_what_lists_show_keeps_the_account_known_when_all_campaigns_are_new(make_world: MakeWorld) -> None:
    account = CareCycle([campaign(1, "The first")], keys={FIRST: SUNRISE, SAME: SUNRISE})
    here, time = await timed(make_world, carecycle=account)
    await typed(here, FIRST)
    for one in (campaign(100 + number, f"New {number}") for number in range(30)):
        account.campaigns[one["id"]] = one
    time.move(DAY + 1)
    await ask_one(here, "list")
    await here.bot.workspaces._resources.accounts.close()
    words = said((await typed(here, SAME)).view)
    assert ("It is the same account as before." in words, WARNING in words) == (True, False)


async def test_only_fingerprints_are_kept(make_world: MakeWorld) -> None:
    here = await unconnected(make_world, carecycle=of_two())
    await typed(here, FIRST)
    (row,) = await rows(here, "known_accounts")
    assert AEP not in str(row)
    assert len(row["campaigns"]) > 16
    await finished(here)
