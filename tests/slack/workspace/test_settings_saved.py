"""What the settings say after they were saved: when what was changed counts. And what an unknown choice does."""

from typing import Any

import pytest

from bot.records import Preferences
from bot.store import profiles
from playground.slack import values
from tests.conftest import MakeWorld
from tests.drivers.modals import connected, opened, set_up
from tests.drivers.slash_command import finished, said

CHANGES: list[tuple[dict[str, Any], str]] = [
    ({"managers": ["U03MEMBER"]}, "Changes to managers apply right away."),
    ({"audience": "channel"}, "changes with the next command"),
    ({"shown": ["states"]}, "already posted changes when somebody refreshes it"),
    ({"agents": "nobody"}, "the next time somebody opens *Details*"),
    ({"shared": "none"}, "from the next card, preview or digest on"),
    ({"outsiders": "nothing"}, "the next time they press a button, ask or post a link"),
    ({"previews": "no"}, "Previews change with the next link"),
    ({"params": "limit=pageSize"}, "with the next request"),
]


@pytest.mark.parametrize(("changed", "says"), CHANGES, ids=[next(iter(one)) for one, _ in CHANGES])
async def test_what_was_changed_says_when_it_counts_and_nothing_else_does(
    make_world: MakeWorld, changed: dict[str, Any], says: str
) -> None:
    here = await connected(make_world)
    words = said((await set_up(here, **changed)).view)
    assert "*Saved.*" in words
    assert [other for _, other in CHANGES if other in words] == [says]
    assert "Nothing was changed" in said((await set_up(here)).view)


@pytest.mark.parametrize("field", ["audience", "agents", "shared", "outsiders", "previews"])
async def test_a_choice_that_this_version_does_not_know_leaves_the_setting_as_it_was(
    make_world: MakeWorld, field: str
) -> None:
    """As when a newer version, which runs beside this one, made the form."""
    here = await connected(make_world)
    strict = {"audience": "channel", "agents": "nobody", "shared": "none", "outsiders": "nothing", "previews": "no"}
    await set_up(here, **strict)
    before = (await profiles.read(here.bot.db, "T01SUNRISE")).preferences
    modal = await opened(here, "settings")
    state = values.initial(modal.view["blocks"])
    state[field]["value"]["selected_option"] = {"value": "newer"}
    await here.slack.submit(modal, state)
    await finished(here)
    after = (await profiles.read(here.bot.db, "T01SUNRISE")).preferences
    assert after == before != Preferences()


async def test_the_labels_are_words_that_a_team_lead_would_write(make_world: MakeWorld) -> None:
    words = said((await opened(await connected(make_world), "settings")).view)
    assert "Who sees agents’ names when they open Details" in words
    assert "whoever runs" not in words
