"""What Slack refuses in blocks and views: the limits of its reference, one row each."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

Surface = Literal["message", "modal", "home"]
Json = Mapping[str, Any]  # Any: Block Kit JSON

_EVERYWHERE: frozenset[str] = frozenset({"message", "modal", "home"})
_IN_MESSAGES_AND_HOME: frozenset[str] = frozenset({"message", "home"})
_CLASSIC = ("actions", "context", "divider", "header", "image", "input", "rich_text", "section", "video")
_NEWER = ("card", "table", "carousel", "container", "data_table", "data_visualization")
_SURFACES: dict[str, frozenset[str]] = {
    **dict.fromkeys(_CLASSIC, _EVERYWHERE),
    **dict.fromkeys(_NEWER, _IN_MESSAGES_AND_HOME),
    **dict.fromkeys(("markdown", "context_actions"), frozenset({"message"})),
    "alert": frozenset({"modal"}),
}
_BLOCKS = {"message": 50, "modal": 100, "home": 100}
_KEYS: dict[str, frozenset[str]] = {
    "header": frozenset({"text"}),
    "section": frozenset({"text", "fields", "accessory", "expand"}),
    "context": frozenset({"elements"}),
    "actions": frozenset({"elements"}),
    "divider": frozenset(),
    "image": frozenset({"image_url", "alt_text", "title", "slack_file"}),
    "input": frozenset({"label", "element", "hint", "optional", "dispatch_action"}),
}
_TEXT_KEYS = {"plain_text": {"type", "text", "emoji"}, "mrkdwn": {"type", "text", "verbatim"}}
_BUTTON = {"text": 75, "value": 2000, "url": 3000}
_ELEMENTS = {"actions": 25, "context": 10}
_TITLES = ("title", "submit", "close")


def refusals(blocks: object, surface: Surface) -> list[str]:
    """Why Slack would refuse `blocks` on this surface; empty when it would take them."""
    if not isinstance(blocks, list):
        return ["blocks are no list"]
    found = [f"{len(blocks)} blocks"] if len(blocks) > _BLOCKS[surface] else []
    ids = [block["block_id"] for block in blocks if isinstance(block, dict) and "block_id" in block]
    found += ["a block_id stands twice"] if len(ids) != len(set(ids)) else []
    for index, block in enumerate(blocks):
        found += [f"block {index}: {why}" for why in _block(block, surface)]
    return found


def view_refusals(view: object) -> list[str]:
    """Why Slack would refuse a modal."""
    if not isinstance(view, dict) or view.get("type") != "modal":
        return ["no modal"]
    found = [f"no {key}" for key in ("title", "blocks") if key not in view]
    for key in _TITLES:
        if key in view:
            found += [f"{key}: {why}" for why in _text(view[key], 24, only="plain_text")]
    if len(str(view.get("private_metadata", ""))) > 3000:
        found.append("private_metadata too long")
    if any(block.get("type") == "input" for block in view.get("blocks", [])) and "submit" not in view:
        found.append("input without submit")
    return found + refusals(view.get("blocks"), "modal")


def _block(block: object, surface: Surface) -> Iterator[str]:
    if not isinstance(block, dict):
        yield "no object"
        return
    kind = block.get("type")
    if kind not in _SURFACES:
        yield f"unknown type {kind}"
    elif surface not in _SURFACES[kind]:
        yield f"{kind} not in a {surface}"
    if kind in _KEYS and (odd := set(block) - _KEYS[kind] - {"type", "block_id"}):
        yield f"unknown keys {sorted(odd)}"
    if len(str(block.get("block_id", ""))) > 255:
        yield "block_id too long"
    if kind in _CHECKS:
        yield from _CHECKS[kind](block)


def _header(block: Json) -> Iterator[str]:
    yield from _text(block.get("text"), 150, only="plain_text")


def _section(block: Json) -> Iterator[str]:
    if "text" not in block and "fields" not in block:
        yield "neither text nor fields"
    if "text" in block:
        yield from _text(block["text"], 3000)
    fields = block.get("fields", [])
    if len(fields) > 10 or ("fields" in block and not fields):
        yield f"{len(fields)} fields"
    for field in fields:
        yield from _text(field, 2000)
    if "accessory" in block:
        yield from _element(block["accessory"])


def _elements(block: Json) -> Iterator[str]:
    elements, most = block.get("elements") or [], _ELEMENTS[block["type"]]
    if not 0 < len(elements) <= most:
        yield f"{len(elements)} elements"
    for element in elements:
        if element.get("type") in _TEXT_KEYS:
            yield from _text(element, 3000) if block["type"] == "context" else ("text in actions",)
        else:
            yield from _element(element)
    action_ids = [element["action_id"] for element in elements if "action_id" in element]
    if len(action_ids) != len(set(action_ids)):
        yield "an action_id stands twice"


def _input(block: Json) -> Iterator[str]:
    yield from _text(block.get("label"), 2000, only="plain_text")
    yield from _element(block.get("element") or {})


def _alert(block: Json) -> Iterator[str]:
    yield from _text(block.get("text"), 200)


_CHECKS = {
    "header": _header,
    "section": _section,
    "context": _elements,
    "actions": _elements,
    "input": _input,
    "alert": _alert,
}


def _element(element: Json) -> Iterator[str]:
    if "type" not in element:
        yield "an element without a type"
    if len(str(element.get("action_id", ""))) > 255:
        yield "action_id too long"
    if element.get("type") == "button":
        yield from _text(element.get("text"), _BUTTON["text"], only="plain_text")
        yield from (f"{key} too long" for key in ("value", "url") if len(str(element.get(key, ""))) > _BUTTON[key])
        if "url" in element and not str(element["url"]).startswith(("http://", "https://")):
            yield "url is neither http nor https"
        if element.get("style") not in (None, "primary", "danger"):
            yield "unknown style"
    options = element.get("options", [])
    if len(options) > 100:
        yield f"{len(options)} options"
    for option in options:
        yield from _text(option.get("text"), 75)


def _text(text: object, limit: int, *, only: str | None = None) -> Iterator[str]:
    if not isinstance(text, dict) or text.get("type") not in _TEXT_KEYS:
        yield "no text object"
        return
    if only and text["type"] != only:
        yield f"text must be {only}"
    if odd := set(text) - _TEXT_KEYS[text["type"]]:
        yield f"unknown keys {sorted(odd)} in a text"
    said = text.get("text")
    if not isinstance(said, str) or not said:
        yield "text is empty"
    elif len(said) > limit:
        yield f"text of {len(said)} characters"
