"""Recognize careCycle API keys in text, and replace a key by its fingerprint."""

import re
from functools import lru_cache
from hashlib import blake2b

from pydantic import SecretStr

_KEY = re.compile(r"(?<![0-9a-z])cc_[0-9a-z_-]{4,}", re.IGNORECASE)  # careCycle: every key starts with cc_


def may_hold_a_key(text: str) -> bool:
    """Return whether `text` may contain an API key or most of one. Such text must not be sent or stored anywhere."""
    return _KEY.search(text) is not None


@lru_cache(maxsize=20_000)
def _hash(secret: str) -> str:
    return blake2b(secret.encode(), digest_size=16).hexdigest()


def fingerprint(key: SecretStr) -> str:
    """Return the key's fingerprint: 32 hexadecimal characters from which the key cannot be recovered."""
    return _hash(key.get_secret_value())
