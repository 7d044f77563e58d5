"""What Slack refuses in elements: what one presses, picks from and types into."""

import re
from collections.abc import Iterator, Mapping

from playground.slack.text_rules import Json, text

_BUTTON = {"value": 2000, "url": 3000}
_TYPED = frozenset({"plain_text_input", "number_input", "email_text_input", "url_text_input", "rich_text_input"})
_FROM_SLACK = frozenset({"users", "conversations", "channels"})
_SELECTS = frozenset(f"{many}{kind}_select" for kind in ("static", "external", *_FROM_SLACK) for many in ("", "multi_"))
_DATES = frozenset({"datepicker", "timepicker", "datetimepicker"})
_PRESSED = frozenset({"button", "workflow_button", "overflow"})
_CHOSEN = frozenset({"radio_buttons", "checkboxes"})
# Which elements may stand where; `context` is looked at in the rules of blocks.
WHERE: Mapping[str, frozenset[str]] = {
    "input": _TYPED | _SELECTS | _DATES | _CHOSEN | {"file_input"},
    "actions": _PRESSED | _SELECTS | _DATES | _CHOSEN | {"rich_text_input"},
    "section": _PRESSED | _SELECTS | _DATES | _CHOSEN | {"image"},
}
_OPTIONS = {"radio_buttons": 10, "checkboxes": 10, "overflow": 5, "static_select": 100, "multi_static_select": 100}
_FIRST = {
    "datepicker": ("initial_date", r"\d{4}-\d{2}-\d{2}"),
    "timepicker": ("initial_time", r"([01]\d|2[0-3]):[0-5]\d"),
}
_TRIGGERS = frozenset({"on_enter_pressed", "on_character_entered"})
_CONFIRM = {"title": 100, "text": 300, "confirm": 30, "deny": 30}


def element(one: Json, place: str) -> Iterator[str]:
    """Why Slack would refuse this element in a block of the type `place`."""
    kind = str(one.get("type", ""))
    if not kind:
        yield "an element without a type"
    elif kind not in WHERE[place]:
        yield f"{kind} not in {place}"
    if len(str(one.get("action_id", ""))) > 255:
        yield "action_id too long"
    if place == "input" and not one.get("action_id"):
        yield "an input without an action_id"
    if "placeholder" in one:
        yield from text(one["placeholder"], 150, only="plain_text")
    if "confirm" in one:
        yield from _confirm(one["confirm"])
    if kind == "button":
        yield from _button(one)
    if kind == "plain_text_input":
        yield from _typed(one)
    if kind in _OPTIONS:
        yield from _options(one, _OPTIONS[kind])
    if kind in _FIRST:
        yield from _first(one, *_FIRST[kind])
    if kind in _SELECTS:
        yield from _select(one)


def _button(one: Json) -> Iterator[str]:
    yield from text(one.get("text"), 75, only="plain_text")
    yield from (f"{key} too long" for key, most in _BUTTON.items() if len(str(one.get(key, ""))) > most)
    if "url" in one and not str(one["url"]).startswith(("http://", "https://")):
        yield "url is neither http nor https"
    if one.get("style") not in (None, "primary", "danger"):
        yield "unknown style"


def _typed(one: Json) -> Iterator[str]:
    least, most = one.get("min_length", 0), one.get("max_length", 3000)
    if not 0 <= least <= 3000 or not 1 <= most <= 3000 or least > most:
        yield f"from {least} to {most} characters"
    if odd := set(one.get("dispatch_action_config", {}).get("trigger_actions_on", [])) - _TRIGGERS:
        yield f"unknown triggers {sorted(odd)}"
    first = one.get("initial_value", "")
    if not isinstance(first, str) or len(first) > most:
        yield "initial_value is no text, or too long"


def _first(one: Json, key: str, pattern: str) -> Iterator[str]:
    if key in one and not re.fullmatch(pattern, str(one[key])):
        yield f"{key} is not as Slack writes it"


def _select(one: Json) -> Iterator[str]:
    if one["type"].startswith("multi_") and one.get("max_selected_items", 1) < 1:
        yield "max_selected_items below 1"
    if one["type"].endswith("external_select"):
        if "options" in one or "option_groups" in one:
            yield "options in a select that asks for them"
        for option in [one["initial_option"]] if "initial_option" in one else one.get("initial_options", []):
            yield from _option(option, "plain_text")


def _options(one: Json, most: int) -> Iterator[str]:
    groups = one.get("option_groups")
    options = one.get("options", []) if groups is None else [each for group in groups for each in group["options"]]
    if groups is not None and ("options" in one or not 0 < len(groups) <= 100):
        yield "options and option_groups, or too many groups"
    for group in groups or []:
        yield from text(group.get("label"), 75, only="plain_text")
    if not 0 < len(options) <= most * (1 if groups is None else len(groups)):
        yield f"{len(options)} options"
    only = None if one["type"] in _CHOSEN else "plain_text"
    for option in options:
        yield from _option(option, only)
    chosen = [one["initial_option"]] if "initial_option" in one else one.get("initial_options", [])
    if "initial_options" in one and not chosen:
        yield "initial_options is empty"
    if any(option not in options for option in chosen):
        yield "what is chosen at first is no option"
    values = [option.get("value") for option in options]
    if one["type"] != "overflow" and len(values) != len(set(values)):
        yield "an option's value stands twice"


def _option(option: Json, only: str | None) -> Iterator[str]:
    yield from text(option.get("text"), 75, only=only)
    if not 0 < len(str(option.get("value", ""))) <= 150:
        yield "an option's value is empty or too long"
    if "description" in option:
        yield from text(option["description"], 75, only=only)


def _confirm(confirm: object) -> Iterator[str]:
    if not isinstance(confirm, dict):
        yield "confirm is no object"
        return
    if odd := set(confirm) - {*_CONFIRM, "style"}:
        yield f"unknown keys {sorted(odd)} in confirm"
    for key, most in _CONFIRM.items():
        yield from (f"confirm, {key}: {why}" for why in text(confirm.get(key), most, only=_only(key)))
    if confirm.get("style") not in (None, "primary", "danger"):
        yield "unknown style of confirm"


def _only(key: str) -> str | None:
    return None if key == "text" else "plain_text"
