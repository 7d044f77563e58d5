"""Replace a careCycle API key by its fingerprint."""

from functools import lru_cache
from hashlib import blake2b

from pydantic import SecretStr


@lru_cache(maxsize=20_000)
def _hash(secret: str) -> str:
    return blake2b(secret.encode(), digest_size=16).hexdigest()


def fingerprint(key: SecretStr) -> str:
    """Return the key's fingerprint: 32 hexadecimal characters from which the key cannot be recovered."""
    return _hash(key.get_secret_value())
