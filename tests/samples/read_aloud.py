"""Read a sample as a person does, line by line: labels with their values, buttons and choices in brackets."""

import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any

from blocks import words
from blocks.kit import Message
from tests.samples.cards import as_sent

_BOLD = re.compile(r"(?<!\w)([*_])(?=\S)([^\n]*?\S)\1(?!\w)")
_MENTION = re.compile(r"<([@#!])[^>|]*(?:\|([^>]*))?>")


def lines(sample: Any) -> Iterator[str]:  # Any: what `everything` holds
    """Yield what is read of a sample."""
    if isinstance(sample, str):
        yield from _page(sample)
    elif isinstance(sample, tuple):
        yield from map(plain, sample)
    elif isinstance(sample, Message):
        shown = [line for block in as_sent(sample.blocks) for line in _block(block)]
        yield from shown
        for line in plain(sample.text).split("\n"):
            if line != "x" and line not in "\n".join(shown):
                yield f"(read aloud: {line})"
    elif "blocks" in sample:
        yield from _window(as_sent(sample))
    elif "custom_message" in sample:
        yield from (str(sample["custom_title"]), plain(str(sample["custom_message"])))
    elif "entity_payload" in sample:
        yield from _work_object(as_sent(sample)["entity_payload"])
    else:
        yield from (f"{name}: {line}" for name, said in sample.items() for line in str(said).split("\n"))


def plain(mrkdwn: str) -> str:
    """Return text without Slack's marks and escapes, people and channels as `@somebody`, `#channel`."""
    text = _MENTION.sub(lambda found: found[0] if "date^" in found[0] else _named(found), mrkdwn)
    return _BOLD.sub(r"\2", _BOLD.sub(r"\2", words.plain(text))).replace("`", "").replace("\u2060", "")


def _named(found: re.Match[str]) -> str:
    return f"@{found[2] or 'somebody'}" if found[1] == "@" else f"#{found[2] or 'channel'}"


def _page(html: str) -> Iterator[str]:
    body = html.partition("<main>")[2]
    for part in re.split(
        r"</?(?:h1|p|li|ol|main|body|html)>", re.sub(r'<a class="button"[^>]*>([^<]*)</a>', r"<p>[\1]<p>", body)
    ):
        if said := unescape(re.sub(r"<[^>]+>", "", part)).strip():
            yield said


def _window(view: dict[str, Any]) -> Iterator[str]:
    if "title" in view:
        yield " ".join(
            (
                f"Window “{view['title']['text']}”",
                *(f"[{view[key]['text']}]" for key in ("submit", "close") if key in view),
            )
        )
    for block in view["blocks"]:
        yield from _block(block)


def _work_object(payload: dict[str, Any]) -> Iterator[str]:
    yield payload["attributes"]["title"]["text"]
    for field in payload["custom_fields"]:
        first, *more = str(field["value"]).split("\n")
        yield f"{field['label']}: {first}"
        yield from more
    yield " ".join(f"[{one['text']}]" for one in payload["actions"]["primary_actions"])


def _block(block: dict[str, Any]) -> Iterator[str]:
    kind = block["type"]
    if kind == "section" and "fields" in block:
        yield from (plain(one["text"]).replace("\n", ": ", 1) for one in block["fields"])
    elif kind in ("section", "header"):
        yield from plain(block["text"]["text"]).split("\n")
        yield from _element(block.get("accessory"))
    elif kind == "context":
        yield from (line for one in block["elements"] for line in plain(one["text"]).split("\n"))
    elif kind == "actions":
        yield " ".join(line for one in block["elements"] for line in _element(one))
    elif kind == "input":
        yield f"{block['label']['text']}:{' (optional)' if block.get('optional') else ''}"
        yield from _element(block["element"])
        yield from [plain(block["hint"]["text"])] if "hint" in block else []
    elif kind != "divider":
        yield from _texts(block)


def _element(element: dict[str, Any] | None) -> Iterator[str]:
    """Yield a button with what it asks before it acts, the choices of a select, or the placeholder of a field."""
    if not element:
        return
    if element["type"] == "button":
        yield f"[{element['text']['text']}]"
    if asked := element.get("confirm"):
        title, text, yes, no = (asked[key]["text"] for key in ("title", "text", "confirm", "deny"))
        yield f"(asks: {title} {text} [{yes}] [{no}])"
    for option in element.get("options", ())[:12]:
        about = f": {plain(option['description']['text'])}" if "description" in option else ""
        yield f"( ) {plain(option['text']['text'])}{about}"
    if placeholder := element.get("placeholder"):
        yield f"“{placeholder['text']}”"


def _texts(part: Any) -> Iterator[str]:  # Any: JSON of a table or a chart
    """Yield every text in a block of another kind: a row of a table is one line."""
    if isinstance(part, Mapping):
        for key, one in part.items():
            if key in ("text", "title", "caption", "label", "alt_text", "name") and isinstance(one, str):
                yield plain(one)
            elif key == "rows":
                yield from (" | ".join(line for cell in row for line in _texts(cell)) for row in one)
            else:
                yield from _texts(one)
    elif isinstance(part, list):
        for one in part:
            yield from _texts(one)
