"""Secrets at rest: Fernet, with the newest of several keys; a column type that knows no clear text in the database."""

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
    """What is stored was encrypted with a key that is not here."""


def new_key() -> str:
    """A key for ENCRYPTION_KEYS: 44 characters."""
    return Fernet.generate_key().decode()


def key_file(data_dir: Path) -> Path:
    """Where the key of the default database lies."""
    return data_dir / _FILE


def read_or_make_key(path: Path) -> SecretStr:
    """The key in the file, made there first when there is none, readable by its owner only.

    Two programs that start at once agree on one: the file appears whole or not at all.
    """
    if not path.exists():
        with NamedTemporaryFile("w", dir=path.parent, prefix=f".{path.name}.", encoding="ascii") as draft:  # mode 0600
            draft.write(new_key())
            draft.flush()
            os.fsync(draft.fileno())
            with suppress(FileExistsError):  # somebody else was quicker: theirs it is
                os.link(draft.name, path)
    return SecretStr(path.read_text(encoding="ascii").strip())


class Keyring:
    """The first key encrypts, all decrypt; `named` is where they are from."""

    def __init__(self, keys: Sequence[SecretStr], named: str = "ENCRYPTION_KEYS") -> None:
        """Raises ValueError for what is no Fernet key, without quoting it."""
        try:
            self._fernets = [Fernet(key.get_secret_value()) for key in keys]
        except ValueError:
            raise ValueError("holds something that is no key; `campaign-bot keys new` makes one") from None
        self._all = MultiFernet(self._fernets)
        self.named = named
        self.newest = _name(keys[0])

    def seal(self, secret: SecretStr) -> str:
        """Encrypted with the newest key."""
        return self._all.encrypt(secret.get_secret_value().encode()).decode()

    def open(self, sealed: str) -> SecretStr:
        """The inverse. Raises Unreadable when no key fits."""
        try:
            return SecretStr(self._all.decrypt(sealed.encode()).decode())
        except InvalidToken:
            raise Unreadable(f"encrypted with a key that is not in {self.named}") from None

    def is_newest(self, sealed: str) -> bool:
        """Whether the newest key made it."""
        try:
            self._fernets[0].decrypt(sealed.encode())
        except InvalidToken:
            return False
        return True


def _name(key: SecretStr) -> str:
    """What stands for a key where the key itself must not; a key is random, so this gives nothing away."""
    return sha256(key.get_secret_value().encode()).hexdigest()[:16]


class Encrypted(TypeDecorator[SecretStr]):
    """A column of secrets: text that only a Keyring can read."""

    impl = Text
    cache_ok = True  # the keyring is the same for a whole database

    def __init__(self, keyring: Keyring) -> None:
        super().__init__()
        self.keyring = keyring

    def copy(self, **_: Any) -> "Encrypted":  # Any: SQLAlchemy's own options
        """SQLAlchemy copies types; the keyring stays the same."""
        return Encrypted(self.keyring)

    def process_bind_param(self, value: SecretStr | None, dialect: Dialect) -> str | None:
        """On the way in."""
        return None if value is None else self.keyring.seal(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> SecretStr | None:
        """On the way out. Raises Unreadable."""
        return None if value is None else self.keyring.open(value)
