"""What a sentence about routing is made of, and the little that may be shown of numbers and addresses."""

import re

from pydantic import SecretStr

# A name with a dot and a last part in letters: what is only digits may be a number to ring.
_HOST = r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,24}"
_URL = re.compile(rf"https?://(?:[^/?#@\\\s]*@)?({_HOST})(?::\d+)?(?:[/?#][^@\\\s]*)?", re.IGNORECASE)
_SIP = re.compile(rf"sips?:[^@;?\s]+@({_HOST}|\[[0-9a-f:.]+\])(?::\d+)?(?:[;?][^@\s]*)?", re.IGNORECASE)


class Name(str):
    """A name from outside: what somebody called a thing."""

    __slots__ = ()


class Value(str):
    """A value from outside that this program does not know: shown as it came."""

    __slots__ = ()


Sentence = tuple[str, ...]


def plain(sentence: Sentence) -> str:
    """The sentence as plain text."""
    return "".join(f"“{part}”" if isinstance(part, Value) else part for part in sentence)


def count(number: int, noun: str) -> str:
    """`1 agent`, `2 agents`, `10,000 agents`."""
    return f"{number:,} {plural(number, noun)}"


def plural(number: int | None, noun: str) -> str:
    """`agent` of one; `agents` of any other number, and of an unknown one."""
    return noun if number == 1 else f"{noun}s"


def last_digits(number: SecretStr | None) -> str | None:
    """The last four digits of a phone number, the most that may be shown; None when it has fewer than seven."""
    digits = [c for c in (number.get_secret_value() if number else "") if c.isdecimal()]
    return "".join(digits[-4:]) if len(digits) >= 7 else None


def number_words(number: SecretStr | None) -> str:
    """`the number ending 0142`: never more of it."""
    digits = last_digits(number)
    return f"the number ending {digits}" if digits else "a number"  # that there is none, a finding says


def kind_of(routing_type: str | None) -> str:
    """`Round Robin`, `round_robin`, `roundRobin` are one: only the first value's spelling is public."""
    return "".join(c for c in (routing_type or "").lower() if c.isalnum())


def host_of(url: SecretStr | None) -> str | None:
    """The host of a URL; None unless it is beyond doubt, for all the rest of it may be a partner's credentials."""
    match = _URL.fullmatch(url.get_secret_value().strip() if url else "")
    return match[1].lower() if match else None


def sip_host_of(uri: SecretStr | None) -> str | None:
    """The host of `sip:user@host:port;parameters`; None when what may be a credential could be taken for it."""
    match = _SIP.fullmatch(uri.get_secret_value().strip() if uri else "")
    return match[1] if match else None
