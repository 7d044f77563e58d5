"""Encrypt stored secrets with Fernet: a ring of encryption keys, and a column type that never stores clear text."""

import os
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from pydantic import SecretStr
from sqlalchemy import Dialect, Text
from sqlalchemy.types import TypeDecorator

_FILE = "encryption.key"


class Unreadable(Exception):
    """A stored value was encrypted with a key that is not in the keyring."""


def new_key() -> str:
    """Return a new key for ENCRYPTION_KEYS, 44 characters long."""
    return Fernet.generate_key().decode()


def key_file(data_dir: Path) -> Path:
    """Return the path of the encryption key of the default database."""
    return data_dir / _FILE


def read_or_make_key(path: Path) -> SecretStr:
    """Return the key in the file. Create the file first when it is missing, readable by its owner only.

    Two programs that start at the same time use the same key: the file appears whole or not at all.
    """
    if not path.exists():
        with NamedTemporaryFile("w", dir=path.parent, prefix=f".{path.name}.", encoding="ascii") as draft:  # mode 0600
            draft.write(new_key())
            draft.flush()
            os.fsync(draft.fileno())
            with suppress(FileExistsError):  # another program created it first: use that one
                os.link(draft.name, path)
    return SecretStr(path.read_text(encoding="ascii").strip())


class Keyring:
    """The encryption keys: the first one encrypts, and all of them decrypt."""

    def __init__(self, keys: Sequence[SecretStr], named: str = "ENCRYPTION_KEYS") -> None:
        """Raise ValueError when one is not a Fernet key, without quoting it. `named` says where the keys are from."""
        try:
            self._fernets = [Fernet(key.get_secret_value()) for key in keys]
        except ValueError:
            raise ValueError("holds something that is no key; `campaign-bot keys new` makes one") from None
        self._all = MultiFernet(self._fernets)
        self.named = named
        self.newest = _name(keys[0])

    def seal(self, secret: SecretStr) -> str:
        """Encrypt a secret with the newest key."""
        return self._all.encrypt(secret.get_secret_value().encode()).decode()

    def open(self, sealed: str) -> SecretStr:
        """Decrypt what `seal` returned. Raise Unreadable when no key fits."""
        try:
            return SecretStr(self._all.decrypt(sealed.encode()).decode())
        except InvalidToken:
            raise Unreadable(f"encrypted with a key that is not in {self.named}") from None

    def is_newest(self, sealed: str) -> bool:
        """Return whether the value was encrypted with the newest key."""
        try:
            self._fernets[0].decrypt(sealed.encode())
        except InvalidToken:
            return False
        return True


def _name(key: SecretStr) -> str:
    """Return a fingerprint that can stand for a key: a key is random, so it reveals nothing."""
    return sha256(key.get_secret_value().encode()).hexdigest()[:16]


class Encrypted(TypeDecorator[SecretStr]):
    """A column of secrets, stored as text that only a Keyring can decrypt."""

    impl = Text
    cache_ok = True  # the keyring is the same for a whole database

    def __init__(self, keyring: Keyring) -> None:
        super().__init__()
        self.keyring = keyring

    def copy(self, **_: Any) -> "Encrypted":  # Any: SQLAlchemy's own options
        """Return a copy with the same keyring, because SQLAlchemy copies column types."""
        return Encrypted(self.keyring)

    def process_bind_param(self, value: SecretStr | None, dialect: Dialect) -> str | None:
        """Encrypt a value before it is stored."""
        return None if value is None else self.keyring.seal(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> SecretStr | None:
        """Decrypt a stored value. Raise Unreadable when no key fits."""
        return None if value is None else self.keyring.open(value)
