"""What the manifest says and what the program does are one."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from blocks import campaign, connect, notices
from blocks import settings as settings_card
from bot.manifest import manifest, scopes
from bot.slack.bolt import register

BOT = Path(__file__).parent.parent / "bot"
# Slack's Web API methods this program calls, and the scope each needs (None: none).
METHODS: dict[str, str | tuple[str, ...] | None] = {
    "auth_test": None,
    "views_open": None,
    "views_push": None,
    "views_update": None,
    "users_info": "users:read",
    "conversations_info": ("channels:read", "groups:read"),
    "chat_postMessage": "chat:write",
    "oauth_v2_access": None,
    "apps_connections_open": None,
    "api_call": None,  # blocks.validate, which takes no token
}


class Recorder:
    """Stands where Bolt's app does, and writes down what is registered on it."""

    def __init__(self) -> None:
        self.heard: dict[str, set[str]] = {}

    def __getattr__(self, kind: str) -> Callable[[str], Callable[[object], None]]:
        def register(name: str) -> Callable[[object], None]:
            self.heard.setdefault(kind, set()).add(name)
            return lambda listener: None

        return register


def _heard() -> dict[str, set[str]]:
    recorder = Recorder()
    register(recorder, "/campaign")  # type: ignore[arg-type]  # all that `register` uses of an app
    return recorder.heard


def test_every_command_of_the_manifest_is_listened_for_and_back() -> None:
    declared = {command["command"] for command in manifest()["features"]["slash_commands"]}
    assert _heard()["command"] == declared


def test_nothing_is_listened_for_that_the_manifest_does_not_bring() -> None:
    brings = {"command", "action", "view", "event"}  # interactivity brings buttons and forms
    assert set(_heard()) == brings
    assert manifest()["settings"]["interactivity"]["is_enabled"]
    assert _heard()["event"] == set(manifest()["settings"]["event_subscriptions"]["bot_events"])


def test_every_button_a_card_can_show_is_listened_for() -> None:
    shown = {campaign.REFRESH, campaign.SHARE, campaign.DETAILS, campaign.OPEN, campaign.LINK}
    shown |= {notices.RETRY, notices.CONNECT, notices.ADD, connect.FAREWELL}
    assert _heard()["action"] == shown


def test_every_form_is_listened_for() -> None:
    assert _heard()["view"] == {connect.SAVE, connect.LEAVE, settings_card.SAVE}


def test_every_web_api_method_that_is_called_has_its_scope_and_no_scope_is_idle() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in BOT.rglob("*.py"))
    called = set(re.findall(r"client\.((?:auth|views|users|chat|conversations|api|apps|oauth)_\w+)", source))
    assert called == set(METHODS)
    scoped = [(scope,) if isinstance(scope, str) else scope for scope in METHODS.values() if scope]
    assert set(scopes()) == {scope for needed in scoped for scope in needed} | {"commands"}


@pytest.mark.parametrize("http", [None, "https://bot.example.com/"])
def test_a_variant_is_consistent(http: str | None) -> None:
    made: dict[str, Any] = manifest(http=http, command="/cc")
    (command,) = made["features"]["slash_commands"]
    assert command["command"] == "/cc"
    assert made["settings"]["socket_mode_enabled"] is (http is None)
    assert command.get("url") == (http and "https://bot.example.com/slack/events")
    assert made["settings"]["interactivity"].get("request_url") == command.get("url")
    assert made["settings"]["event_subscriptions"].get("request_url") == command.get("url")
    redirects = made["oauth_config"].get("redirect_urls")
    assert redirects == (http and ["https://bot.example.com/slack/oauth_redirect"])
    assert made["settings"]["org_deploy_enabled"] is (http is not None)


def test_the_manifest_is_inside_slacks_limits() -> None:
    made = manifest()
    about = made["display_information"]
    assert len(about["name"]) <= 35
    assert len(about["description"]) <= 140
    assert 174 <= len(about["long_description"]) <= 4000
    for command in made["features"]["slash_commands"]:
        assert len(command["description"]) <= 2000
        assert len(command["usage_hint"]) <= 1000
