"""Forms in the stand-in for Slack: what is picked reaches the bot with all that is there, and its answers show."""

from collections.abc import AsyncIterator

import pytest

from playground.slack import values
from playground.slack.rules import refusals, view_refusals
from tests.drivers.listening_bot import FORM, PLAIN, Bot, Json, call, listening, opened

OPTIONS = [{"text": PLAIN, "value": str(n)} for n in range(3)]
# Every element a digest's form may have: what is in it at first, and what somebody picks.
ELEMENTS: dict[str, tuple[Json, object]] = {
    "plain_text_input": ({"initial_value": "Mornings"}, "Evenings"),
    "static_select": ({"options": OPTIONS, "initial_option": OPTIONS[0]}, OPTIONS[1]),
    "external_select": ({"initial_option": OPTIONS[0], "min_query_length": 0}, OPTIONS[1]),
    "multi_static_select": ({"options": OPTIONS, "initial_options": OPTIONS[:1]}, OPTIONS[1:]),
    "multi_external_select": ({"initial_options": OPTIONS[:1], "max_selected_items": 5}, OPTIONS[1:]),
    "checkboxes": ({"options": OPTIONS, "initial_options": OPTIONS[:1]}, OPTIONS[:2]),
    "radio_buttons": ({"options": OPTIONS, "initial_option": OPTIONS[0]}, OPTIONS[2]),
    "timepicker": ({"initial_time": "09:00"}, "17:30"),
    "datepicker": ({"initial_date": "2026-11-24"}, "2026-12-01"),
    "users_select": ({"initial_user": "U01OWNER"}, "U02ADMIN"),
    "conversations_select": ({"default_to_current_conversation": True}, "C02STANDUP"),
    "channels_select": ({"initial_channel": "C02STANDUP"}, "C01AEP"),
}
FIELDS = [
    {
        "type": "input",
        "block_id": kind,
        "label": PLAIN,
        "dispatch_action": True,
        "element": {"type": kind, "action_id": kind, **more},
    }
    for kind, (more, _) in ELEMENTS.items()
]


@pytest.fixture
async def bot() -> AsyncIterator[Bot]:
    async with listening() as bot:
        yield bot


@pytest.mark.parametrize("kind", ELEMENTS)
async def test_what_is_picked_in_a_form_comes_with_all_that_is_there(bot: Bot, kind: str) -> None:
    form = await opened(bot, blocks=FIELDS)
    picked = ELEMENTS[kind][1]
    action, now = values.chosen(form.view["blocks"], kind, picked)
    await bot.slack.press_in(form, action, values=now)
    (heard,) = bot.heard
    assert heard["type"] == "block_actions"
    (done,) = heard["actions"]
    state = heard["view"]["state"]["values"]
    assert (done["action_id"], done["block_id"], done["type"]) == (kind, kind, kind)
    assert state[kind][kind].items() <= done.items()
    assert picked in state[kind][kind].values()
    assert set(state) == set(ELEMENTS)
    assert state["timepicker"]["timepicker"]["selected_time"] == ("17:30" if kind == "timepicker" else "09:00")


async def test_what_was_picked_before_stays(bot: Bot) -> None:
    form = await opened(bot, blocks=FIELDS)
    _, now = values.chosen(form.view["blocks"], "timepicker", "17:30")
    _, then = values.chosen(form.view["blocks"], "datepicker", "2026-12-01", now)
    assert then["timepicker"]["timepicker"]["selected_time"] == "17:30"
    with pytest.raises(LookupError):
        values.chosen(form.view["blocks"], "nothing", "x")


async def test_a_form_is_changed_while_it_is_open_unless_it_changed_before(bot: Bot) -> None:
    form = await opened(bot, blocks=FIELDS)
    action, now = values.chosen(form.view["blocks"], "timepicker", "17:30")
    await bot.slack.press_in(form, action, values=now)
    view = bot.heard[0]["view"]
    asked = {"view_id": view["id"], "hash": view["hash"], "view": {**FORM, "callback_id": "second"}}
    answer = await call(bot, "views.update", **asked)
    assert (answer["ok"], form.view["callback_id"]) == (True, "second")
    assert answer["view"]["hash"] != view["hash"]
    assert (await call(bot, "views.update", **asked))["error"] == "hash_conflict"
    assert (await call(bot, "views.update", **{**asked, "view_id": "V0"}))["error"] == "not_found"


async def test_an_answer_pushes_updates_or_clears(bot: Bot) -> None:
    form = await opened(bot)
    bot.says = {"response_action": "push", "view": {**FORM, "callback_id": "over"}}
    await bot.slack.submit(form, {})
    _, over = bot.slack.modals_of("U01OWNER")
    bot.says = {"response_action": "update", "view": {**FORM, "callback_id": "other"}}
    await bot.slack.submit(over, {})
    assert over.view["callback_id"] == "other"
    bot.says = {"response_action": "clear"}
    await bot.slack.submit(over, {})
    assert bot.slack.modals_of("U01OWNER") == []


async def test_a_search_in_a_form_is_answered_by_the_bot(bot: Bot) -> None:
    form = await opened(bot, blocks=FIELDS)
    bot.says = {"options": OPTIONS}
    found = await bot.slack.suggest(form, "multi_external_select", "multi_external_select", "aep")
    assert found == {"options": OPTIONS}
    assert (bot.heard[0]["type"], bot.heard[0]["value"]) == ("block_suggestion", "aep")


def test_a_form_of_all_elements_is_one_that_slack_takes() -> None:
    assert view_refusals({**FORM, "blocks": FIELDS}) == []


@pytest.mark.parametrize(
    "element",
    [
        {"type": "timepicker", "initial_time": "9:00"},
        {"type": "timepicker", "initial_time": "24:00"},
        {"type": "datepicker", "initial_date": "24.11.2026"},
        {"type": "multi_external_select", "options": OPTIONS},
        {"type": "multi_external_select", "initial_options": [{"text": PLAIN, "value": "x" * 151}]},
        {"type": "external_select", "initial_option": {"text": PLAIN}},
        {"type": "checkboxes", "options": OPTIONS, "initial_options": []},
        {"type": "plain_text_input", "dispatch_action_config": {"trigger_actions_on": ["on_blur"]}},
    ],
    ids=str,
)
def test_elements_slack_would_not_take_are_refused(element: Json) -> None:
    block = {"type": "input", "label": PLAIN, "element": {"action_id": "a", **element}}
    assert refusals([block], "modal")
