"""The lines under *Recent changes* say what was done, and by whom."""

from dataclasses import replace

import pytest

from blocks.workspace.recent_changes import BY_PEOPLE, BY_THE_APP, sentence
from bot.records import APP, OPERATOR
from tests.samples.cards import DEED


@pytest.mark.parametrize("action", BY_THE_APP)
def test_what_the_app_does_to_digests_is_not_about_links(action: str) -> None:
    said = sentence(replace(DEED, actor=APP, action=action))
    assert said.startswith("This app ")
    assert "digest" in said
    assert "link" not in said


def test_somebody_at_the_server_is_no_person_of_slack() -> None:
    said = sentence(replace(DEED, actor=OPERATOR, action="digest paused"))
    assert said == "The person who runs this app paused a digest"


def test_each_kind_has_words_of_its_own() -> None:
    said = [sentence(replace(DEED, action=action)) for action in BY_PEOPLE]
    assert len(set(said)) == len(said)
    assert [one for one in said if not one.startswith("<@U01OWNER> ")] == []
