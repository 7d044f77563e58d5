"""What stands for a careCycle key where the key itself must not."""

from functools import lru_cache
from hashlib import blake2b

from pydantic import SecretStr


@lru_cache(maxsize=20_000)
def _digest(secret: str) -> str:
    return blake2b(secret.encode(), digest_size=16).hexdigest()


def fingerprint(key: SecretStr) -> str:
    """32 hexadecimal characters, the same for the same key; the key cannot be had back from it."""
    return _digest(key.get_secret_value())
