"""What stands for a careCycle key where the key itself must not."""

import re
from functools import lru_cache
from hashlib import blake2b

from pydantic import SecretStr

_KEY = re.compile(r"(?<![0-9a-z])cc_[0-9a-z_-]{4,}", re.IGNORECASE)  # careCycle: every key begins so


def may_hold_a_key(text: str) -> bool:
    """Whether a key, or most of one, may be in what somebody typed: then it goes nowhere."""
    return _KEY.search(text) is not None


@lru_cache(maxsize=20_000)
def _digest(secret: str) -> str:
    return blake2b(secret.encode(), digest_size=16).hexdigest()


def fingerprint(key: SecretStr) -> str:
    """32 hexadecimal characters, the same for the same key; the key cannot be had back from it."""
    return _digest(key.get_secret_value())
