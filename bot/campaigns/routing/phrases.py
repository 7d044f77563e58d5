"""The parts of a sentence about routing, and what may be shown of phone numbers and addresses."""

import re
import unicodedata

from pydantic import SecretStr

# A host name with a dot and a last part in letters, because digits alone may be a phone number.
_HOST = r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,24}"
_URL = re.compile(rf"https?://(?:[^/?#@\\\s]*@)?({_HOST})(?::\d+)?(?:[/?#][^@\\\s]*)?", re.IGNORECASE)
_SIP = re.compile(rf"sips?:[^@;?\s]+@({_HOST}|\[[0-9a-f:.]+\])(?::\d+)?(?:[;?][^@\s]*)?", re.IGNORECASE)


class Name(str):
    """A name from outside this program, such as a group's or a host's."""

    __slots__ = ()


class Value(str):
    """A value from outside that this program does not know. It is shown as it came."""

    __slots__ = ()


Sentence = tuple[str, ...]


_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def group_name(name: str | None, index: int) -> Sentence:
    """Return `group` and its name, or `the second group` when it has none. `index` begins with 0."""
    if name and any(unicodedata.category(character)[0] not in "ZC" for character in name):
        return ("group ", Name(name))
    return (f"the {_ORDINALS[index]} group",) if index < len(_ORDINALS) else (f"group number {index + 1:,}",)


def plain(sentence: Sentence) -> str:
    """Return the sentence as plain text, with each Value in quotes."""
    return "".join(f"“{part}”" if isinstance(part, Value) else part for part in sentence)


def count(number: int, noun: str) -> str:
    """Return the number and the noun, as in `1 agent`, `2 agents`, `10,000 agents`."""
    return f"{number:,} {plural(number, noun)}"


def plural(number: int | None, noun: str) -> str:
    """Return the singular for 1, and otherwise the plural, also for an unknown number."""
    return noun if number == 1 else f"{noun}s"


def last_digits(number: SecretStr | None) -> str | None:
    """Return the last four digits of a phone number; no more may be shown. Return None if it has fewer than seven."""
    digits = [c for c in (number.get_secret_value() if number else "") if c.isdecimal()]
    return "".join(digits[-4:]) if len(digits) >= 7 else None


def number_words(number: SecretStr | None) -> str:
    """Return `the number ending 0142`, or `a number` when its last digits may not be shown or it is missing."""
    digits = last_digits(number)
    return f"the number ending {digits}" if digits else "a number"  # a missing number is reported by a finding


def kind_of(routing_type: str | None) -> str:
    """Return a routing type in lower case without spaces and punctuation, so that all spellings are equal.

    `Round Robin`, `round_robin`, and `roundRobin` are the same, because the exact spelling of only one value is public.
    """
    return "".join(c for c in (routing_type or "").lower() if c.isalnum())


def host_of(url: SecretStr | None) -> str | None:
    """Return the host of a URL, or None when in doubt: all the rest of it may be a partner's credentials."""
    match = _URL.fullmatch(url.get_secret_value().strip() if url else "")
    return match[1].lower() if match else None


def sip_host_of(uri: SecretStr | None) -> str | None:
    """Return the host of `sip:user@host:port;parameters`, or None when a credential could be mistaken for it."""
    match = _SIP.fullmatch(uri.get_secret_value().strip() if uri else "")
    return match[1] if match else None
