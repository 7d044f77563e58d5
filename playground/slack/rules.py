"""What Slack refuses in blocks and views: the limits of its reference, one row each."""

from collections.abc import Iterator
from typing import Literal

from playground.slack import data_rules
from playground.slack.element_rules import element
from playground.slack.text_rules import TEXT_KEYS, Json, text

Surface = Literal["message", "modal", "home"]

_EVERYWHERE: frozenset[str] = frozenset({"message", "modal", "home"})
_IN_MESSAGES_AND_HOME: frozenset[str] = frozenset({"message", "home"})
_CLASSIC = ("actions", "context", "divider", "header", "image", "input", "rich_text", "section", "video")
NEW_BLOCKS = frozenset({"card", "carousel", "container", "data_table", "data_visualization"})  # of 2026
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
_ELEMENTS = {"actions": 25, "context": 10}
_TITLES = ("title", "submit", "close")
_LONGEST = {"private_metadata": 3000, "callback_id": 255, "external_id": 255}
_VIEW_BYTES = 250_000


def refusals(blocks: object, surface: Surface) -> list[str]:
    """Why Slack would refuse `blocks` on this surface; empty when it would take them."""
    if not isinstance(blocks, list):
        return ["blocks are no list"]
    found = [f"{len(blocks)} blocks"] if len(blocks) > _BLOCKS[surface] else []
    ids = [block["block_id"] for block in blocks if isinstance(block, dict) and "block_id" in block]
    found += ["a block_id stands twice"] if len(ids) != len(set(ids)) else []
    found += data_rules.too_many(blocks)
    for index, block in enumerate(blocks):
        found += [f"block {index}: {why}" for why in _block(block, surface)]
    return found


def view_refusals(view: object, kind: Literal["modal", "home"] = "modal") -> list[str]:
    """Why Slack would refuse a modal, or with `home` an App Home."""
    if not isinstance(view, dict) or view.get("type") != kind:
        return [f"no {kind}"]
    found = [f"{key} too long" for key, most in _LONGEST.items() if len(str(view.get(key, ""))) > most]
    if len(str(view).encode()) > _VIEW_BYTES:
        found.append("view too large")
    if kind == "modal":
        found += _modal(view)
    return found + refusals(view.get("blocks"), kind)


def _modal(view: Json) -> Iterator[str]:
    yield from (f"no {key}" for key in ("title", "blocks") if key not in view)
    for key in _TITLES:
        if key in view:
            yield from (f"{key}: {why}" for why in text(view[key], 24, only="plain_text"))
    if any(block.get("type") == "input" for block in view.get("blocks", [])) and "submit" not in view:
        yield "input without submit"


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
    yield from text(block.get("text"), 150, only="plain_text")


def _section(block: Json) -> Iterator[str]:
    if "text" not in block and "fields" not in block:
        yield "neither text nor fields"
    if "text" in block:
        yield from text(block["text"], 3000)
    fields = block.get("fields", [])
    if len(fields) > 10 or ("fields" in block and not fields):
        yield f"{len(fields)} fields"
    for field in fields:
        yield from text(field, 2000)
    if "accessory" in block:
        yield from element(block["accessory"], "section")


def _actions(block: Json) -> Iterator[str]:
    elements = block.get("elements") or []
    yield from _count(block)
    for one in elements:
        yield from element(one, "actions")
    action_ids = [one["action_id"] for one in elements if "action_id" in one]
    if len(action_ids) != len(set(action_ids)):
        yield "an action_id stands twice"


def _context(block: Json) -> Iterator[str]:
    yield from _count(block)
    for one in block.get("elements") or []:
        if one.get("type") in TEXT_KEYS:
            yield from text(one, 3000)
        elif one.get("type") != "image":
            yield f"{one.get('type')} not in context"


def _count(block: Json) -> Iterator[str]:
    elements = block.get("elements") or []
    if not 0 < len(elements) <= _ELEMENTS[block["type"]]:
        yield f"{len(elements)} elements"


def _input(block: Json) -> Iterator[str]:
    yield from text(block.get("label"), 2000, only="plain_text")
    if "hint" in block:
        yield from text(block["hint"], 2000, only="plain_text")
    yield from element(block.get("element") or {}, "input")


def _alert(block: Json) -> Iterator[str]:
    yield from text(block.get("text"), 200)


_CHECKS = {
    "header": _header,
    "section": _section,
    "context": _context,
    "actions": _actions,
    "input": _input,
    "alert": _alert,
    "table": data_rules.table,
    "data_table": data_rules.table,
    "data_visualization": data_rules.chart,
}
