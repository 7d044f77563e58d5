"""Find the text that a person can read in a Slack message, and the campaign ids in it.

The functions are pure and accept any JSON. They stop after a limit of parts and characters.
"""

import re
from collections.abc import Iterator
from typing import Any

from bot.campaigns.ids import Links, plain

Json = dict[str, Any]  # Any: Slack's JSON
_MOST_PARTS, _MOST_CHARACTERS = 50_000, 200_000  # per message; Slack accepts 40,000 characters from a person
_MESSAGE = ("blocks", "text", "attachments", "files")  # the content of a message; its other keys are about it
# The order in which Slack shows the keys of everything else. Keys that are not named here come after these.
_ORDER = (
    *("pretext", "author_name", "service_name", "label", "title", "title_link", "title_url", "subtitle"),
    *("blocks", "message_blocks", "text", "url", "body", "subtext", "description", "caption", "fields"),
)
_WORDS = {
    *("alt_text", "author_name", "body", "caption", "comment", "content", "description", "fallback", "footer", "hint"),
    *("label", "name", "plain_text", "pretext", "preview", "preview_plain_text", "provider_name", "service_name"),
    *("subject", "subtext", "subtitle", "summary", "text", "title"),
}
_LINKS = {"author_link", "from_url", "original_url", "title_link", "title_url", "url"}
_UNSEEN = {"metadata", "shares", "reactions", "icons"}
_INLINE = {"rich_text_section", "rich_text_preformatted", "rich_text_quote"}
_OWN = "campaign."  # prefix of the `action_id`s of this app's buttons, whose values hold campaign ids
_ANGLED = re.compile(r"<([^<>|]+)(?:\|([^<>]*))?>")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:(?://)?", re.IGNORECASE)
_WEB = re.compile(r"https?://\S", re.IGNORECASE)
_NOT_IN_A_LINK = re.compile(r"[<>|\s]+")
_TAG = re.compile(r"</?([a-z][a-z0-9]*)\b([^<>]*)>", re.IGNORECASE)
_HREF = re.compile(r"""href\s*=\s*["']([^"']*)""", re.IGNORECASE)
_INLINE_TAGS = {"b", "big", "code", "em", "font", "i", "mark", "s", "small", "span", "strong", "tt", "u", "wbr"}
# A hyphen with marks of bold, italic or code around it, and the line break where an email was wrapped after it.
_GAP = r"[*_~`]{0,4}-[*_~`]{0,4}(?:[ \t]*\r?\n[ \t>]{0,20}[*_~`]{0,4})?"
_BROKEN = re.compile(_GAP.join((r"([0-9a-f]{8})", *[r"([0-9a-f]{4})"] * 3, r"([0-9a-f]{12})")), re.IGNORECASE)


def ids_in_message(links: Links, message: object) -> tuple[str, ...]:
    """Return the campaign ids in a message, in reading order, without duplicates, in lower case.

    A link counts only when it leads to the web app.
    """
    return tuple(dict.fromkeys(found for text in texts_of(message) for found in links.ids_in(text)))


def texts_of(message: object) -> Iterator[str]:
    """Yield every text and link of a message that a person can read, in reading order. Links are `<https://…>`.

    Text that appears together on the screen is one text, so an id is found even when half of it is bold or a line
    breaks after one of its hyphens.
    """
    left = _MOST_CHARACTERS
    for text in _walk(message):
        yield _mended(text[:left])
        left -= len(text)
        if left <= 0:
            return


def unescaped(text: str) -> str:
    """Return Slack's text with `<`, `>` and `&` as they were typed."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


class _Read(str):
    """A string that a person can read, as opposed to one that is only for machines."""

    __slots__ = ()


def _walk(message: object) -> Iterator[str]:
    """Yield the readable texts, depth first. Use an explicit stack, so that no nesting is too deep."""
    waiting: list[object] = [*reversed(_of_message(message))] if isinstance(message, dict) else []
    for _ in range(_MOST_PARTS):
        if not waiting:
            return
        part = waiting.pop()
        if isinstance(part, _Read):
            yield str(part)
        elif isinstance(part, list):
            waiting += reversed(part[:_MOST_PARTS])
        elif isinstance(part, dict):
            waiting += reversed(_parts(part))


def _of_message(message: Json) -> list[object]:
    kept = {name: message[name] for name in _MESSAGE if name in message}
    again = _said_again(kept)
    return [_part(kept, name) for name in kept if name not in again]


def _parts(found: Json) -> list[object]:
    """Return the parts of a block, an attachment, a file, or a part of one."""
    if _text(found.get("type")) in _INLINE:
        return [_Read(_together(found.get("elements"))), *_nested(found.get("elements"))]
    if "email" in (found.get("mode"), found.get("filetype")):
        return _of_email(found)
    names = [*(name for name in _ORDER if name in found), *(name for name in found if name not in _ORDER)]
    again = _said_again(found)
    return [_part(found, name) for name in names if name not in again]


def _part(found: Json, name: str) -> object:
    """Return a `_Read` for a readable string, a nested value to walk into, or None for a value to skip."""
    value = found[name]
    if not isinstance(value, str):
        return None if name in _UNSEEN else value
    if name in _LINKS:
        return _Read(_link(unescaped(value)))
    if name in _WORDS or (name == "value" and _has_readable_value(found)):
        return _Read(_spelled_out(value))
    return None


def _has_readable_value(found: Json) -> bool:
    """Return whether to read `value`: yes in an attachment's field, and in this app's own buttons, which hold ids."""
    if "action_id" in found:
        return _text(found["action_id"]).startswith(_OWN)
    return "title" in found or "label" in found


def _said_again(found: Json) -> tuple[str, ...]:
    """Return the keys that repeat rich text with formatting marks. Slack does not show them beside rich text."""
    inner = [one.get("message") for one in _dicts(found.get("message_blocks"))]
    blocks = [*_dicts(found.get("blocks")), *(block for one in _dicts(inner) for block in _dicts(one.get("blocks")))]
    return ("text", "fallback") if any(block.get("type") == "rich_text" for block in blocks) else ()


def _of_email(found: Json) -> list[object]:
    """Return the parts of an email. Read its HTML only if it has no plain text, since much of HTML is not visible."""
    names = ("title", "name", "subject", "plain_text", "preview_plain_text")
    seen: list[object] = [_Read(_text(found.get(name))) for name in names]
    pages = ("simplified_html", "preview") if not found.get("plain_text") else ()
    senders = [found.get(name) for name in ("from", "to", "cc")]
    return [*senders, *seen, *(_Read(_without_tags(_text(found.get(name)))) for name in pages)]


def _together(elements: object) -> str:
    """Join the elements of a line of rich text into one text: they appear side by side, whatever is bold."""
    said = []
    for one in _dicts(elements):
        match _text(one.get("type")):
            case "text":
                said.append(_text(one.get("text")))
            case "link":
                said.append(_target(_text(one.get("url")), _text(one.get("text"))))
            case "color":
                said.append(_text(one.get("value")))
            case _:
                said.append(f" {_text(one.get('text')) or _text(one.get('fallback'))} {_link(_text(one.get('url')))} ")
    return "".join(said)


def _nested(elements: object) -> list[object]:
    return [one for one in _dicts(elements) if isinstance(one.get("elements"), list)]


def _spelled_out(text: str) -> str:
    """Return mrkdwn with its links, mentions and dates as people see them."""
    said: list[str] = []
    end = 0
    for match in _ANGLED.finditer(text):
        said += (unescaped(text[end : match.start()]), _target(unescaped(match[1]), unescaped(match[2] or "")))
        end = match.end()
    return "".join((*said, unescaped(text[end:])))


def _target(target: str, label: str) -> str:
    """Return a link and its label, without the label when it only repeats the address.

    Return only the label of a mention or a date.
    """
    if target.startswith(("@", "#", "!")):
        return f" {label} "
    scheme = _SCHEME.match(target)
    if scheme is None:
        return f" {target} {label} "  # not markup, but angle brackets that a person typed
    address = target[scheme.end() :].lower()
    again = address.startswith(_SCHEME.sub("", label, count=1).rstrip("….").lower())
    return f" {_link(target)} {'' if again else label} "


def _link(url: str) -> str:
    """Return the URL as `<https://…>`, or an empty string when it is not a web address."""
    return f"<{_NOT_IN_A_LINK.sub('%20', url.strip())}>" if _WEB.match(url.strip()) else ""


def _without_tags(page: str) -> str:
    """Return the text of a piece of HTML, with its links."""
    return unescaped(_TAG.sub(_untagged, page).replace("&nbsp;", " ").replace("&shy;", ""))


def _untagged(tag: "re.Match[str]") -> str:
    if href := _HREF.search(tag[2]):
        return f" {_link(unescaped(href[1]))} "
    return "" if tag[1].lower() in _INLINE_TAGS else "\n"


def _mended(text: str) -> str:
    """Return the text with plain hyphens, and rejoin ids that were split at a hyphen."""
    return _BROKEN.sub(r"\1-\2-\3-\4-\5", plain(text))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _dicts(value: object) -> list[Json]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
