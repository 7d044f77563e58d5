"""Draw a card in the terminal: Block Kit drawn with Rich, roughly as Slack would, without buttons."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import zip_longest
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from blocks import words
from blocks.kit import Message

_DATE = re.compile(r"<!date\^(\d+)\^([^|>]*)\|([^>]*)>")
_MARKED = re.compile(r"(?<![\w`*])\*([^*\n]+)\*(?!\w)|(?<![\w`_])_([^_\n]+)_(?!\w)|`([^`\n]+)`")
_STYLES = ("bold", "italic", "bold red")


def draw(message: Message, console: Console) -> None:
    """Print `message` in a frame."""
    parts = [part for block in message.blocks for part in _block(block)]
    console.print(Panel(Group(*parts), width=min(console.width, 90), padding=(1, 2)))


def _block(block: Mapping[str, Any]) -> Iterator[RenderableType]:  # Any: Slack's JSON
    kind = block["type"]
    if kind == "header":
        yield Text(block["text"]["text"], style="bold")
    elif kind == "section" and "fields" in block:
        grid = Table.grid(padding=(0, 3), expand=True)
        for left, right in zip_longest(block["fields"][::2], block["fields"][1::2]):
            grid.add_row(_text(left), _text(right) if right else None)
        yield grid
    elif kind == "section":
        yield _text(block["text"])
    elif kind == "context":
        yield from (_text(element, style="dim") for element in block["elements"])
    elif kind == "actions":
        return  # nobody can press a button here
    yield Text()


def _text(element: Mapping[str, Any], style: str = "") -> Text:
    if element["type"] == "plain_text":
        return Text(element["text"], style=style)
    return _mrkdwn(_DATE.sub(_local, element["text"]), style)


def _local(match: re.Match[str]) -> str:
    """Write a Slack date in this machine's time zone, with its name. Without a time, use the date's fallback text."""
    if "{time" not in match[2]:
        return match[3]
    try:
        here = datetime.fromtimestamp(int(match[1]), UTC).astimezone()
    except (ValueError, OverflowError, OSError):  # a date this machine cannot represent
        return match[3]
    return f"{words.plain_moment(here, here)} {here:%Z}"


def _mrkdwn(source: str, style: str) -> Text:
    text, end = Text(style=style), 0
    for match in _MARKED.finditer(source):
        text.append(_unescape(source[end : match.start()]))
        mark = next(index for index in range(3) if match[index + 1] is not None)
        text.append(_unescape(match[mark + 1]), style=_STYLES[mark])
        end = match.end()
    text.append(_unescape(source[end:]))
    return text


def _unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
