"""Tell whether a field of a campaign holds what it should: a phone number, a web address, a SIP address."""

import re
import unicodedata
from collections.abc import Callable
from typing import Literal
from urllib.parse import urlsplit

from pydantic import SecretStr

from bot.campaigns import phone_numbers
from bot.campaigns.record import Record

State = Literal["given", "missing", "malformed", "unsaid"]
# A number spelled with letters: 1-800-MEDICARE. An id, which has as many characters, is longer.
_IN_LETTERS = re.compile(r"1?[2-9]\d\d[A-Za-z0-9]{7,11}")
_HOST = re.compile(r"(?=.*\w)[\w.:-]+")
_SIP = re.compile(
    r"sips?:(?:[^@\s]+@)?(?:[a-z0-9](?:[\w.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::\d+)?(?:[;?]\S*)?", re.IGNORECASE
)
_FEWEST = 3  # digits of a number that can be dialed at all
_LOCAL = 7  # digits from which on a text with words in it may be a number


def entered(record: Record, name: str, fits: Callable[[str], bool] = bool) -> State:
    """Return what is in the field `name` of `record`. `unsaid`: careCycle did not send the field."""
    if name not in record.model_fields_set:
        return "unsaid"
    value = getattr(record, name)
    text = value.get_secret_value() if isinstance(value, SecretStr) else value
    if not text or (isinstance(text, str) and not text.strip()):
        return "missing"
    return "given" if not isinstance(text, str) or fits(text.strip()) else "malformed"


def is_number(text: str) -> bool:
    """Return whether `text` may be dialed. A short one may be an extension; `TBD`, `-` and `string` are none."""
    shown = unicodedata.normalize("NFKC", text)
    digits = sum(character.isdecimal() for character in shown)
    if not any(character.isalpha() for character in shown):
        return digits >= _FEWEST
    if digits >= _LOCAL and phone_numbers.masked(shown) != shown:
        return True
    return bool(_IN_LETTERS.fullmatch("".join(character for character in shown if character.isalnum())))


def is_web_address(text: str) -> bool:
    """Return whether `text` is an address that begins with http:// or https:// and names a host."""
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port  # the port raises when it is none
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(_HOST.fullmatch(host or ""))


def is_encrypted(text: str) -> bool:
    """Return whether a web address begins with https://."""
    return text.strip().lower().startswith("https://")


def is_sip_address(text: str) -> bool:
    """Return whether `text` is a SIP URI: `sip:` or `sips:`, and a host (RFC 3261, section 19.1)."""
    return bool(_SIP.fullmatch(text))
