"""Find the encryption keys, in ENCRYPTION_KEYS or in the file beside the default database, and make its folder."""

import errno
import os
from pathlib import Path

from pydantic import SecretStr

from bot.config import Settings, SettingsError
from bot.store.encryption import Keyring, key_file, read_or_make_key


def keyring_of(settings: Settings) -> Keyring:
    """Return the encryption keys of these settings. Create one for a new default database. Raise SettingsError."""
    keys, named = settings.encryption_keys, "ENCRYPTION_KEYS"
    if not keys:
        keys, named = (_own_key(settings),), str(key_file(settings.data_dir))
    try:
        return Keyring(keys, named)
    except ValueError as error:
        raise SettingsError([f"{named} {error}"]) from error


def make_folder(folder: Path) -> None:
    """Create the folder, for its owner only, unless it exists. Raise SettingsError when it cannot be used."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise _not_made(folder, error.strerror or "") from error
    check_writable(folder)


def check_writable(folder: Path) -> None:
    """Raise SettingsError when the folder cannot be written to, or is missing and cannot be created."""
    there = next(one for one in (folder, *folder.parents, Path()) if os.path.exists(one))
    if not there.is_dir():
        raise _not_made(folder, os.strerror(errno.ENOTDIR))
    if os.access(there, os.W_OK | os.X_OK):
        return
    if there == folder:
        raise SettingsError([f"DATA_DIR {folder} cannot be written to"])
    raise _not_made(folder, os.strerror(errno.EACCES))


def _own_key(settings: Settings) -> SecretStr:
    """Return the key beside the default database. Create it only when nothing is stored yet."""
    if settings.database_url is not None:
        raise SettingsError(
            ["ENCRYPTION_KEYS is missing: `campaign-bot keys new` makes one; it goes with DATABASE_URL"]
        )
    path, file = key_file(settings.data_dir), settings.data_dir / "campaign-bot.db"
    if file.exists() and not path.exists():
        raise SettingsError(
            [f"{path} is missing, and {file} cannot be read without it: put it back, or set ENCRYPTION_KEYS"]
        )
    make_folder(settings.data_dir)
    return read_or_make_key(path)


def _not_made(folder: Path, why: str) -> SettingsError:
    return SettingsError([f"DATA_DIR {folder} cannot be made: {why}"])
