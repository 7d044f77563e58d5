"""What is said of transfers on cards, in previews, lists and digests: no path of careCycle's API, no secret."""

import re
from typing import Any

import pytest

from blocks.campaigns import campaign as campaign_card
from blocks.campaigns import details
from blocks.campaigns.transfers import finding_line
from blocks.card_options import WHOLE
from blocks.previews import work_object
from bot.campaigns import routing
from tests.conftest import reading, text_of
from tests.samples.transfer_states import GROUPS, STATES, State, agent, group, sent

PATH = re.compile(r"transferConfig|routingConfig|dynamicOptions|features\.transfers|\w\[\d+\]|appointmentConfig")
LINK = "https://app.carecycle.ai/campaigns"
OFF = agent("x", on=False)


@pytest.mark.parametrize("state", [pytest.param(state, id=state.name) for state in STATES])
def test_no_path_of_the_api_stands_on_a_card_or_a_preview(state: State) -> None:
    one = reading(sent(state.changes))
    card = campaign_card.card(one)
    shown = text_of([card.text, card.blocks, work_object.preview(one, LINK, LINK, WHOLE, brief=False)])
    assert not PATH.search(shown)
    assert "SECRET" not in shown


def test_details_have_the_whole_path_in_their_last_part_alone() -> None:
    view: Any = details.card(reading(sent({GROUPS: [group("Spanish", OFF)]})), names=False)
    *parts, last = [text_of(block) for block in view["blocks"] if "transferConfig" in text_of(block)]
    assert parts == []
    assert f"`{GROUPS}[0].agents`" in last


@pytest.mark.parametrize(
    ("groups", "line"),
    [
        ([group("Spanish", OFF)], "⚠️ *Nobody in group* _Spanish_ *can take a call.* Switch on an agent there."),
        ([group("Spanish")], "⚠️ *Nobody is in group* _Spanish_. Add an agent there."),
        ([group(None)], "⚠️ *Nobody is in the first group.* Add an agent there."),
        (
            [group("*A* <!here>", on=False)],
            "ℹ️ *Group* _∗A∗ &lt;!here&gt;_ *is switched off.* Switch it on if its agents",
        ),
    ],
)
def test_what_is_wrong_is_bold_and_what_to_do_is_not(groups: list[dict[str, object]], line: str) -> None:
    (found,) = routing.findings(reading(sent({GROUPS: groups})).campaign)
    assert finding_line(found).startswith(line)
