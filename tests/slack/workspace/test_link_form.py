"""Links to campaigns that people paste show their form; a manager accepts it, and it is tried on a second campaign."""

import pytest

from bot.store import audit, profiles
from playground.world import World
from tests.conftest import AEP, MakeWorld, button
from tests.drivers.links import SHARED, SITE, draft, post
from tests.drivers.messages import mentioned, use_shortcut
from tests.drivers.modals import connected, opened, set_up
from tests.drivers.slash_command import ask_one, finished, said

PLAN, THIRD = "f5ee8c72-98e6-45b7-a1cd-7be8a7d83351", "2b1f6a52-3d0c-4b7e-9a41-6c2d8e5f7a90"
FORM, LIST = f"{SITE}/{{id}}", "https://app.carecycle.ai/campaigns"
ASKS = f"Links to campaigns look like {FORM}. Use this for Open in careCycle?"
OPEN, OPEN_LIST = "Open in careCycle", "Open careCycle’s campaigns"


async def _by_command(here: World, link: str) -> None:
    await ask_one(here, link)


async def _by_mention(here: World, link: str) -> None:
    await mentioned(here, f"<{link}>")


async def _by_shortcut(here: World, link: str) -> None:
    await use_shortcut(here, f"look at <{link}|this one>")


async def _by_posting(here: World, link: str) -> None:
    await post(here, link)


async def _by_drafting(here: World, link: str) -> None:
    await draft(here, link)


async def _kept(here: World) -> tuple[str, bool]:
    kept = (await profiles.read(here.bot.db, "T01SUNRISE")).preferences
    return kept.campaign_link, kept.link_tried


async def _form(here: World) -> str:
    modal = await opened(here, "settings")
    here.slack.close(modal)
    return said(modal.view)


@pytest.mark.parametrize("way", [_by_command, _by_mention, _by_shortcut, _by_posting, _by_drafting])
async def test_a_pasted_link_shows_the_form_a_manager_accepts_it_and_every_button_opens_the_campaign(
    make_world: MakeWorld, way: object
) -> None:
    assert callable(way)
    here = await connected(make_world)
    before = await ask_one(here, PLAN)
    assert button(before, OPEN_LIST)["url"] == LIST
    assert ASKS not in await _form(here)
    await way(here, f"{SITE}/{AEP}?token=secret#me")
    assert ASKS in await _form(here)
    assert await _kept(here) == ("", False)
    saved = said((await set_up(here, link=FORM)).view)
    assert f"*Open in careCycle* opens `{FORM}` from the next card on." in saved
    assert "secret" not in saved + await _form(here)
    assert button(await ask_one(here, PLAN), OPEN)["url"] == f"{SITE}/{PLAN}"
    (newest,) = await audit.newest(here.bot.db, "T01SUNRISE", 1)
    assert (newest.actor, newest.details["changed"]) == ("U01OWNER", ["campaign_link"])


async def test_a_link_to_a_second_campaign_in_the_same_form_keeps_it_for_good(make_world: MakeWorld) -> None:
    here = await connected(make_world)
    await ask_one(here, f"{SITE}/{AEP}")
    assert "the two are compared once" in said((await set_up(here, link=FORM)).view)
    await ask_one(here, f"{SITE}/{AEP}/settings")  # the same campaign says nothing
    assert await _kept(here) == (FORM, False)
    await ask_one(here, f"{SITE}/{PLAN}")
    await finished(here)
    assert await _kept(here) == (FORM, True)
    assert "This app compared the accepted link with one to another campaign: it fits" in await _form(here)
    await ask_one(here, f"https://app.carecycle.ai/c/x/{PLAN}")
    await finished(here)
    assert await _kept(here) == (FORM, True)


async def test_a_link_to_a_second_campaign_in_another_form_undoes_it_and_that_is_said(make_world: MakeWorld) -> None:
    here = await connected(make_world)
    await ask_one(here, f"https://app.carecycle.ai/aep-outreach/{AEP}")
    await set_up(here, link="https://app.carecycle.ai/aep-outreach/{id}")
    await ask_one(here, f"https://app.carecycle.ai/pdp-plans/{PLAN}")
    await finished(here)
    assert await _kept(here) == ("", False)
    assert "a link to another campaign did not look like the accepted one" in await _form(here)
    assert button(await ask_one(here, PLAN), OPEN_LIST)["url"] == LIST
    (newest,) = await audit.newest(here.bot.db, "T01SUNRISE", 1)
    assert (newest.actor, newest.details["changed"]) == ("app", ["campaign_link"])


async def test_when_two_campaigns_showed_it_before_it_needs_no_trial(make_world: MakeWorld) -> None:
    here = await connected(make_world)
    await ask_one(here, f"https://app.carecycle.ai/other/{AEP}")
    for campaign_id in (AEP, PLAN):
        await ask_one(here, f"{SITE}/{campaign_id}")
    assert ASKS in await _form(here)
    assert "compared" not in said((await set_up(here, link=FORM)).view)
    assert await _kept(here) == (FORM, True)


async def test_it_can_be_undone_and_accepted_again(make_world: MakeWorld) -> None:
    here = await connected(make_world)
    await ask_one(here, f"{SITE}/{AEP}")
    await set_up(here, link=FORM)
    assert "Undo: open careCycle’s list" in await _form(here)
    assert "Buttons open careCycle’s list of campaigns" in said((await set_up(here, link="list")).view)
    assert button(await ask_one(here, AEP), OPEN_LIST)["url"] == LIST
    assert ASKS in await _form(here)


@pytest.mark.parametrize(
    "link",
    [
        f"https://app.carecycle.ai/customers/{AEP}",
        f"{SITE}/00000000-0000-4000-8000-000000000000",  # not in this account
        f"https://evil.example/campaigns/{AEP}",
        f"{SITE}?id={AEP}",
        f"https://app.carecycle.ai/org/{THIRD}/campaigns/{AEP}",
    ],
    ids=["a customer's", "not in this account", "another host", "in the query", "another id beside it"],
)
async def test_other_links_teach_nothing(make_world: MakeWorld, link: str) -> None:
    here = await connected(make_world)
    await use_shortcut(here, f"{link} and {AEP}")
    await ask_one(here, link)
    assert "Links to campaigns look like" not in await _form(here)


async def test_only_what_was_offered_for_this_host_is_taken(make_world: MakeWorld) -> None:
    here = await connected(make_world)
    await ask_one(here, f"{SITE}/{AEP}")
    await set_up(here, link="https://evil.example/{id}")
    assert await _kept(here) == ("", False)


async def test_where_the_operator_has_set_the_address_nothing_is_offered(make_world: MakeWorld) -> None:
    here = await connected(make_world, carecycle_link="https://app.carecycle.ai/c/{id}")
    await ask_one(here, f"{SITE}/{AEP}")
    assert "Links to campaigns look like" not in await _form(here)
    assert button(await ask_one(here, AEP), OPEN)["url"] == f"https://app.carecycle.ai/c/{AEP}"


async def test_links_of_people_of_another_company_teach_nothing_and_undo_nothing(make_world: MakeWorld) -> None:
    here = await connected(make_world)
    for campaign_id in (AEP, PLAN):
        await post(here, f"https://app.carecycle.ai/else/{campaign_id}", user="U09PARTNER", channel=SHARED)
    assert "Links to campaigns look like" not in await _form(here)
    await ask_one(here, f"{SITE}/{AEP}")
    await set_up(here, link=FORM)
    await post(here, f"https://app.carecycle.ai/else/{PLAN}", user="U09PARTNER", channel=SHARED)
    assert await _kept(here) == (FORM, False)


async def test_a_message_from_another_company_teaches_nothing_when_its_campaign_is_looked_up(
    make_world: MakeWorld,
) -> None:
    here = await connected(make_world)
    await use_shortcut(here, f"{SITE}/{AEP}", channel=SHARED, team="T02HARBOR")
    assert "Links to campaigns look like" not in await _form(here)
