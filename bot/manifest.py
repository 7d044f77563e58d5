"""Make the Slack manifest, for Socket Mode or HTTP, from `manifest.yml`, and name the paths the bot serves to Slack."""

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

Manifest = dict[str, Any]  # Any: Slack's JSON
EVENTS, INSTALL, REDIRECT = "/slack/events", "/slack/install", "/slack/oauth_redirect"
STEP = "look_up_campaign"
CHANNELS_JOIN, FILES_WRITE = "channels:join", "files:write"  # the optional scopes, for which listeners ask `has_scope`
_WITH_STEP, _WITH_HISTORY = "with_step", "with_history"  # the parts of the file that `--step` and `--history` add


def manifest(
    *,
    http: str | None = None,
    command: str = "/campaign",
    step: bool = False,
    history: bool = False,
    previews: str | None = None,
) -> Manifest:
    """Return the manifest as Slack takes it, for Socket Mode or for requests to the public address `http`.

    `step` adds the workflow step. `history` adds the scopes to check whether a digest was posted. `previews` is the
    host whose links get a preview, when it is not the one in the file.
    """
    made: Manifest = yaml.safe_load(_source())
    for part, wanted in ((_WITH_STEP, step), (_WITH_HISTORY, history)):
        added = made.pop(part)
        if wanted:
            _add(made, added)
    if previews:
        made["features"]["unfurl_domains"] = [previews]
    for slash_command in made["features"]["slash_commands"]:
        slash_command["command"] = command
    return _over_http(made, http.rstrip("/")) if http else made


def _add(made: Manifest, more: Manifest) -> None:
    """Merge `more` into `made`: merge mappings, append lists, and replace anything else."""
    for name, value in more.items():
        if isinstance(value, dict):
            _add(made.setdefault(name, {}), value)
        elif isinstance(value, list):
            made.setdefault(name, []).extend(value)
        else:
            made[name] = value


def _over_http(made: Manifest, address: str) -> Manifest:
    for slash_command in made["features"]["slash_commands"]:
        slash_command["url"] = address + EVENTS
    made["oauth_config"] = {"redirect_urls": [address + REDIRECT], **made["oauth_config"]}
    made["settings"]["socket_mode_enabled"] = False
    made["settings"]["org_deploy_enabled"] = True  # only *Add to Slack* can serve an organization's many workspaces
    made["settings"]["interactivity"]["request_url"] = address + EVENTS
    made["settings"]["interactivity"]["message_menu_options_url"] = address + EVENTS  # the campaign search
    made["settings"]["event_subscriptions"]["request_url"] = address + EVENTS
    return made


@cache  # the file does not change, and every test world asks twice
def scopes() -> tuple[str, ...]:
    """Return the scopes the bot needs, without the optional ones and those of `history`."""
    return tuple(one for one in _asked()["bot"] if one not in optional_scopes())


@cache
def optional_scopes() -> tuple[str, ...]:
    """Return the scopes that who installs the app may leave out (Slack's `bot_optional`)."""
    return tuple(_asked()["bot_optional"])


def _asked() -> dict[str, list[str]]:
    found: dict[str, list[str]] = manifest()["oauth_config"]["scopes"]
    return found


def _source() -> str:
    """Read `manifest.yml`, which is beside this file in an installed package and at the top of a checkout."""
    packaged = files("bot").joinpath("manifest.yml")
    if packaged.is_file():
        return packaged.read_text(encoding="utf-8")
    return (Path(__file__).parent.parent / "manifest.yml").read_text(encoding="utf-8")
