"""The stand-in for Slack keeps workspaces, people and views apart as Slack does."""

from collections.abc import AsyncIterator

import pytest

from playground.slack.rules import refusals, view_refusals
from tests.drivers.listening_bot import FORM, KEY, PLAIN, Bot, Json, call, listening, opened


@pytest.fixture
async def bot() -> AsyncIterator[Bot]:
    async with listening() as bot:
        yield bot


async def test_somebody_of_another_company_sees_only_the_shared_channel(bot: Bot) -> None:
    for channel in ("C01AEP", "C03PARTNER"):
        await bot.slack.say("hello", channel=channel)
    assert [m.channel for m in bot.slack.workspace.seen_by("U09PARTNER")] == ["C03PARTNER"]
    with pytest.raises(LookupError):
        await bot.slack.say("hello", user="U09PARTNER", channel="C01AEP")


async def test_somebody_of_another_company_may_press_buttons_but_not_type_commands(bot: Bot) -> None:
    await bot.slack.say("/campaign help", user="U09PARTNER", channel="C03PARTNER")
    (said,) = bot.slack.workspace.seen_by("U09PARTNER")
    assert said.error
    assert "not available to people of another company" in said.text
    assert bot.heard == []
    shared = bot.slack.workspace.post("C03PARTNER", "U0BOT", "a card")
    await bot.slack.press(shared, {"type": "button", "action_id": "a", "block_id": "b"}, user="U09PARTNER")
    assert bot.heard[0]["user"]["team_id"] == "T02HARBOR"
    assert bot.heard[0]["team"]["id"] == "T01SUNRISE"


async def test_a_form_of_somebody_of_another_company_says_where_the_app_is_installed(bot: Bot) -> None:
    await bot.slack.submit(await opened(bot, "U09PARTNER"), {})
    assert bot.heard[0]["team"]["id"] == bot.heard[0]["view"]["team_id"] == "T02HARBOR"
    assert bot.heard[0]["view"]["app_installed_team_id"] == "T01SUNRISE"


async def test_a_message_to_a_person_is_seen_by_that_person_only(bot: Bot) -> None:
    posted = await call(bot, "chat.postMessage", channel="U03MEMBER", text="psst")
    assert posted["channel"] == "D-U03MEMBER"
    seen = {user: len(bot.slack.workspace.seen_by(user)) for user in bot.slack.workspace.people}
    assert seen == {"U01OWNER": 0, "U02ADMIN": 0, "U03MEMBER": 1, "U04GUEST": 0}


@pytest.mark.parametrize(
    ("method", "args", "error"),
    [
        ("users.info", {"user": "U11OWNER"}, "user_not_found"),
        ("users.info", {"user": "U09PARTNER"}, None),
        ("conversations.info", {"channel": "C11SALES"}, "channel_not_found"),
        ("conversations.info", {"channel": "C01AEP"}, None),
        ("chat.postMessage", {"channel": "C01AEP", "text": "x"}, "not_in_channel"),
        ("chat.postMessage", {"channel": "U11OWNER", "text": "x"}, "channel_not_found"),
        ("views.push", {"trigger_id": "old", "view": FORM}, "expired_trigger_id"),
    ],
)
async def test_a_token_reaches_its_own_workspace_only(bot: Bot, method: str, args: Json, error: str | None) -> None:
    assert (await call(bot, method, **args)).get("error") == error


async def test_a_private_channel_without_the_bot_does_not_exist_for_it(bot: Bot) -> None:
    bot.slack.workspace.channels["C01AEP"].is_private = True
    assert (await call(bot, "conversations.info", channel="C01AEP"))["error"] == "channel_not_found"
    bot.slack.workspace.channels["C01AEP"].bot_is_member = True
    assert (await call(bot, "conversations.info", channel="C01AEP"))["channel"]["is_private"]


async def test_a_trigger_of_one_workspace_opens_nothing_in_another(bot: Bot) -> None:
    harbor = bot.slack.workspaces["T02HARBOR"]
    trigger = bot.slack.views.new_trigger(harbor, "U11OWNER")
    assert (await call(bot, "views.open", trigger_id=trigger, view=FORM))["error"] == "invalid_trigger_id"


async def test_what_the_bot_put_into_a_form_comes_back_with_it(bot: Bot) -> None:
    values = {"key": {"key": {"type": "plain_text_input", "value": "cc_1"}}}
    await bot.slack.submit(await opened(bot), values)
    view = bot.heard[0]["view"]
    assert (view["callback_id"], view["private_metadata"], view["state"]["values"]) == ("c", "m", values)
    assert bot.slack.workspace.modals == []


async def test_views_are_stacked_up_to_three(bot: Bot) -> None:
    form = await opened(bot)
    bot.says = {"response_action": "push", "view": FORM}
    await bot.slack.submit(form, {})
    _, second = bot.slack.modals_of("U01OWNER")
    await bot.slack.submit(second, {})
    third = bot.slack.modals_of("U01OWNER")[-1]
    trigger = bot.slack.views.new_trigger(bot.slack.workspace, "U01OWNER")
    assert (await call(bot, "views.push", trigger_id=trigger, view=FORM))["error"] == "push_limit_reached"
    await bot.slack.submit(third, {})
    assert bot.heard[-1]["view"]["previous_view_id"] == second.id
    assert bot.heard[-1]["view"]["root_view_id"] == form.id
    assert third.errors


async def test_errors_mark_inputs_and_nothing_else(bot: Bot) -> None:
    form = await opened(bot)
    bot.says = {"response_action": "errors", "errors": {"key": "wrong"}}
    await bot.slack.submit(form, {})
    assert form.errors == {"key": "wrong"}
    bot.says = {"response_action": "errors", "errors": {"elsewhere": "wrong"}}
    await bot.slack.submit(form, {})
    assert list(form.errors) == [""]
    assert len(bot.slack.site.refusals) == 1


async def test_a_closed_view_is_told_only_when_asked_for(bot: Bot) -> None:
    bot.slack.close(await opened(bot))
    bot.slack.close(await opened(bot, notify_on_close=True))
    await bot.slack.deliveries.idle()
    assert [heard["type"] for heard in bot.heard] == ["view_closed"]


async def test_a_home_is_kept_for_its_person(bot: Bot) -> None:
    view = {"type": "home", "blocks": [{"type": "section", "text": PLAIN}]}
    assert (await call(bot, "views.publish", user_id="U03MEMBER", view=view))["ok"]
    assert list(bot.slack.workspace.homes) == ["U03MEMBER"]


def test_every_limit_of_elements_is_looked_at() -> None:
    options = [{"text": PLAIN, "value": str(n)} for n in range(11)]
    wrong: list[Json] = [
        {"type": "plain_text_input"},
        {"type": "plain_text_input", "action_id": "a", "min_length": 5, "max_length": 4},
        {"type": "radio_buttons", "action_id": "a", "options": options},
        {"type": "checkboxes", "action_id": "a", "options": []},
        {"type": "static_select", "action_id": "a", "options": options[:1], "initial_option": options[1]},
        {"type": "multi_users_select", "action_id": "a", "max_selected_items": 0},
        {"type": "users_select", "action_id": "a", "placeholder": {"type": "plain_text", "text": "x" * 151}},
        {"type": "button", "action_id": "a", "text": PLAIN},
        {"type": "datepicker", "action_id": "a", "confirm": {"title": PLAIN, "text": PLAIN, "confirm": PLAIN}},
    ]
    for element in wrong:
        assert refusals([{**KEY, "element": element}], "modal"), element
    assert view_refusals(FORM) == []
    assert view_refusals({**FORM, "title": {"type": "plain_text", "text": "x" * 25}})
    assert view_refusals({key: FORM[key] for key in FORM if key != "submit"})
