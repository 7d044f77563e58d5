"""The manifest declares what the program uses and nothing else, for every way of running it."""

import inspect
import itertools
import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from blocks import inputs
from blocks.digests.buttons import CAMPAIGNS, LINK, PAUSE
from blocks.workspace import home
from bot.campaigns.ids import Links
from bot.config import Settings
from bot.manifest import STEP, Manifest, manifest, optional_scopes, scopes
from bot.slack.app import register
from bot.slack.campaigns import find_shortcut, message_shortcut
from tests.blocks.test_home import HOMES
from tests.samples.cards import MESSAGES, VIEWS

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT / os.environ.get("SLACK_SCHEMA", "../shared/slack/manifest.schema.2.0.0.json")
ADDRESS = "https://bot.example.com"
VARIANTS: dict[str, Manifest] = {
    f"{'http' if http else 'socket'}{'-step' if step else ''}": manifest(http=http, step=step)
    for http, step in itertools.product((None, ADDRESS), (False, True))
}
# Slack's Web API methods this program calls, and the scope each needs (None: none).
METHODS: dict[str, str | tuple[str, ...] | None] = {
    "auth_test": None,
    "views_open": None,
    "views_push": None,
    "views_publish": None,
    "views_update": None,
    "users_info": "users:read",
    "users_list": "users:read",
    "conversations_history": None,  # with `--history`; without, Slack refuses it, and the owner decides
    "conversations_info": ("channels:read", "groups:read"),
    "conversations_join": "channels:join",
    "conversations_members": ("channels:read", "groups:read"),
    "chat_delete": "chat:write",
    "chat_postMessage": "chat:write",
    "chat_postEphemeral": "chat:write",
    "chat_getPermalink": None,
    "chat_unfurl": "links:write",
    "files_completeUploadExternal": "files:write",
    "files_getUploadURLExternal": "files:write",
    "entity_presentDetails": None,
    "oauth_v2_access": None,
    "apps_connections_open": None,
    "api_call": None,  # blocks.validate, which takes no token
}
# Slack's events this program hears, and the scope without which Slack sends none.
EVENTS: dict[str, str | None] = {
    "app_home_opened": None,
    "app_mention": "app_mentions:read",
    "app_uninstalled": None,
    "entity_details_requested": None,
    "function_executed": None,
    "link_shared": "links:read",
    "team_access_revoked": None,
    "tokens_revoked": None,
}
# Commands and shortcuts need a scope of their own; Bolt's `complete` and `fail` call methods that need none.
OTHERS = {"commands"}


class Recorder:
    """A stand-in for Bolt's app that records what is registered on it."""

    def __init__(self) -> None:
        self.heard: dict[str, list[Any]] = {}

    def __getattr__(self, kind: str) -> Callable[..., Callable[[object], None]]:
        def register(name: object, **_: object) -> Callable[[object], None]:
            self.heard.setdefault(kind, []).append(name)
            return lambda listener: None

        return register


def _heard() -> dict[str, list[Any]]:
    recorder = Recorder()
    register(recorder, "/campaign")  # type: ignore[arg-type]  # all that `register` uses of an app
    return recorder.heard


def _events(made: Manifest) -> set[str]:
    return set(made["settings"]["event_subscriptions"]["bot_events"])


def _parts(whole: Any) -> Iterator[dict[str, Any]]:
    """Yield every JSON object in blocks."""
    if isinstance(whole, dict):
        yield whole
        whole = list(whole.values())
    if isinstance(whole, list):
        for part in whole:
            yield from _parts(part)


def _drawn() -> list[dict[str, Any]]:
    cards, homes = [card.blocks for card in MESSAGES.values()], [home.view(one) for one in HOMES.values()]
    return list(_parts(json.loads(json.dumps([cards, list(VIEWS.values()), homes]))))


def test_nothing_is_listened_for_twice_nor_in_a_way_that_is_not_looked_at_here() -> None:
    heard = _heard()
    looked_at = {"command", "global_shortcut", "message_shortcut", "event", "function", "action", "view", "options"}
    assert set(heard) == looked_at
    for names in heard.values():
        assert len(names) == len({str(name) for name in names})


def test_every_command_of_the_manifest_is_listened_for_and_back() -> None:
    assert _heard()["command"] == [command["command"] for command in manifest()["features"]["slash_commands"]]


@pytest.mark.parametrize("kind", ["global", "message"])
def test_every_shortcut_of_the_manifest_is_listened_for_and_back(kind: str) -> None:
    declared = [one["callback_id"] for one in manifest()["features"]["shortcuts"] if one["type"] == kind]
    assert _heard()[f"{kind}_shortcut"] == declared


def test_the_shortcuts_have_the_names_the_outside_world_relies_on() -> None:
    assert (find_shortcut.SHORTCUT, message_shortcut.SHORTCUT, STEP) == (
        "find_campaign",
        "show_campaigns",
        "look_up_campaign",
    )


@pytest.mark.parametrize("name", VARIANTS)
def test_every_event_of_the_manifest_is_listened_for_and_back(name: str) -> None:
    by_the_step = {"function_executed"} if name.endswith("step") else set()
    assert _events(VARIANTS[name]) == {*_heard()["event"], *by_the_step}


def test_every_function_of_the_manifest_is_listened_for_and_back_with_the_step_only() -> None:
    for name, made in VARIANTS.items():
        stepping = name.endswith("step")
        assert list(made.get("functions", {})) == (_heard()["function"] if stepping else [])
        assert made["settings"].get("function_runtime") == ("remote" if stepping else None)


def test_interactivity_brings_every_button_form_and_select_and_each_is_listened_for() -> None:
    assert all(made["settings"]["interactivity"]["is_enabled"] for made in VARIANTS.values())
    heard, drawn = _heard(), _drawn()
    pressed = {one for one in heard["action"] if isinstance(one, str)}
    elements = [one for one in drawn if one.get("type") in ("button", "overflow", "static_select")]
    buttons = {one["action_id"] for one in elements} - {inputs.VALUE}
    assert pressed | {CAMPAIGNS} == buttons | {PAUSE, LINK}  # of older messages
    fields = [one for one in heard["action"] if not isinstance(one, str)]
    changing = [one for one in drawn if one.get("dispatch_action")]
    for one in changing:
        heard_by = [field for field in fields if re.match(field["block_id"], one["block_id"])]
        assert [field["action_id"] for field in heard_by] == [one["element"]["action_id"]]
    assert all(any(re.match(field["block_id"], one["block_id"]) for one in changing) for field in fields)
    assert set(heard["view"]) == {one["callback_id"] for one in drawn if "callback_id" in one}
    asked = {one["block_id"] for one in heard["options"] if one["action_id"] == inputs.VALUE}
    assert asked == {
        one["block_id"] for one in drawn if "external_select" in (one.get("element") or {}).get("type", "")
    }


def test_every_event_and_every_web_api_method_has_its_scope_and_no_scope_is_idle() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "bot").rglob("*.py"))
    named = {name for name in re.findall(r"client\.([a-z]\w+)", source) if "_" in name}
    called = {name for name in named if inspect.iscoroutinefunction(getattr(AsyncWebClient, name, None))}
    assert called == set(METHODS)
    assert _events(VARIANTS["socket-step"]) == set(EVENTS)
    needed = {scope for scope in EVENTS.values() if scope} | OTHERS
    for scope in METHODS.values():
        needed |= {scope} if isinstance(scope, str) else set(scope or ())
    optional = {"channels:join", "files:write"}
    assert set(optional_scopes()) == optional
    assert set(scopes()) | optional == needed
    assert not set(scopes()) & optional
    for made in VARIANTS.values():  # Slack takes as optional only what is in the whole list as well
        asked = made["oauth_config"]["scopes"]
        assert (set(asked["bot"]), set(asked["bot_optional"])) == (needed | optional, optional)


@pytest.mark.parametrize("step", [False, True], ids=["plain", "step"])
def test_reading_a_channels_history_is_asked_for_only_where_it_is_wanted(step: bool) -> None:
    plain, more = (manifest(step=step, history=history) for history in (False, True))
    added = more["oauth_config"]["scopes"].pop("bot")[len(scopes()) + len(optional_scopes()) :]
    assert added == ["channels:history", "groups:history"]
    assert plain["oauth_config"]["scopes"].pop("bot") == [*scopes(), *optional_scopes()]
    assert plain == more


def test_previews_are_asked_for_of_the_host_whose_links_are_understood() -> None:
    host = Links(Settings.model_fields["carecycle_link"].default).host
    assert manifest()["features"]["unfurl_domains"] == [host]
    assert manifest(previews="app.other.example")["features"]["unfurl_domains"] == ["app.other.example"]
    assert "slack#/entities/item" in manifest()["features"]["rich_previews"]["entity_types"]


@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant_is_consistent(name: str) -> None:
    http, step = name.startswith("http"), name.endswith("step")
    made = manifest(http=f"{ADDRESS}/" if http else None, command="/cc", step=step)
    url = f"{ADDRESS}/slack/events" if http else None
    (command,) = made["features"]["slash_commands"]
    assert (command["command"], command.get("url")) == ("/cc", url)
    settings = made["settings"]
    assert settings["socket_mode_enabled"] is not http
    assert settings["interactivity"].get("request_url") == url
    assert settings["interactivity"].get("message_menu_options_url") == url
    assert settings["event_subscriptions"].get("request_url") == url
    assert made["oauth_config"].get("redirect_urls") == ([f"{ADDRESS}/slack/oauth_redirect"] if http else None)
    assert settings["org_deploy_enabled"] is (http or step)


def test_the_step_declares_what_it_takes_and_gives_and_nothing_of_it_is_in_the_other_variants() -> None:
    function = VARIANTS["socket-step"]["functions"][STEP]
    assert function["input_parameters"]["required"] == list(function["input_parameters"]["properties"]) == ["campaign"]
    assert function["output_parameters"]["required"] == ["found", "card_text"]
    for one in (*function["input_parameters"]["properties"].values(), *_outputs(function).values()):
        assert set(one) == {"type", "title", "description"}
    for name in ("socket", "http"):
        rest = {**VARIANTS[f"{name}-step"], "settings": VARIANTS[name]["settings"]}
        assert {key: value for key, value in rest.items() if key != "functions"} == VARIANTS[name]


def _outputs(function: Manifest) -> Manifest:
    found: Manifest = function["output_parameters"]["properties"]
    return found


@pytest.mark.parametrize("name", VARIANTS)
def test_slacks_own_schema_takes_every_variant(name: str) -> None:
    if not SCHEMA.is_file():
        pytest.skip("Slack's JSON schema is not at SLACK_SCHEMA")
    made = json.loads(json.dumps(VARIANTS[name]))
    del made["features"]["rich_previews"]  # the one key that Slack takes and its schema does not know
    jsonschema.validate(made, json.loads(SCHEMA.read_text(encoding="utf-8")))


def test_the_manifest_is_inside_slacks_limits() -> None:
    made = manifest()
    about, features = made["display_information"], made["features"]
    assert len(about["name"]) <= 35
    assert len(about["description"]) <= 140
    assert 174 <= len(about["long_description"]) <= 4000
    for command in features["slash_commands"]:
        assert len(command["command"]) <= 32
        assert len(command["description"]) <= 2000
        assert len(command["usage_hint"]) <= 1000
    assert len(features["shortcuts"]) <= 10
    for shortcut in features["shortcuts"]:
        assert len(shortcut["name"]) <= 24
        assert len(shortcut["description"]) <= 150
        assert len(shortcut["callback_id"]) <= 255
    assert 1 <= len(features["unfurl_domains"]) <= 5
