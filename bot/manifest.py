"""The Slack manifest for one way of running, made from `manifest.yml`; and the addresses Slack calls."""

from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

Manifest = dict[str, Any]  # Any: Slack's JSON
EVENTS, INSTALL, REDIRECT = "/slack/events", "/slack/install", "/slack/oauth_redirect"


def manifest(*, http: str | None = None, command: str = "/campaign") -> Manifest:
    """The manifest as Slack takes it: Socket Mode, or requests to the public address `http`."""
    made: Manifest = yaml.safe_load(_source())
    for slash_command in made["features"]["slash_commands"]:
        slash_command["command"] = command
    return _over_http(made, http.rstrip("/")) if http else made


def _over_http(made: Manifest, address: str) -> Manifest:
    for slash_command in made["features"]["slash_commands"]:
        slash_command["url"] = address + EVENTS
    made["oauth_config"] = {"redirect_urls": [address + REDIRECT], **made["oauth_config"]}
    made["settings"]["socket_mode_enabled"] = False
    made["settings"]["org_deploy_enabled"] = True  # only *Add to Slack* can serve an organisation's many workspaces
    made["settings"]["interactivity"]["request_url"] = address + EVENTS
    made["settings"]["event_subscriptions"]["request_url"] = address + EVENTS
    return made


def scopes() -> tuple[str, ...]:
    """The scopes the bot asks for."""
    return tuple(manifest()["oauth_config"]["scopes"]["bot"])


def _source() -> str:
    """`manifest.yml`: beside this file in an installed package, at the top of a checkout."""
    packaged = files("bot").joinpath("manifest.yml")
    if packaged.is_file():
        return packaged.read_text(encoding="utf-8")
    return (Path(__file__).parent.parent / "manifest.yml").read_text(encoding="utf-8")
