"""The Slack manifest for one way of running, made from `manifest.yml`."""

from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

Manifest = dict[str, Any]  # Any: Slack's JSON
_PATH = "/slack/events"


def manifest(*, http: str | None = None, command: str = "/campaign") -> Manifest:
    """The manifest as Slack takes it: Socket Mode, or requests to the public address `http`."""
    made: Manifest = yaml.safe_load(_source())
    for slash_command in made["features"]["slash_commands"]:
        slash_command["command"] = command
        if http:
            slash_command["url"] = http.rstrip("/") + _PATH
    if http:
        made["settings"]["socket_mode_enabled"] = False
        made["settings"]["interactivity"]["request_url"] = http.rstrip("/") + _PATH
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
