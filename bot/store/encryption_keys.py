"""The keys a database is opened with: ENCRYPTION_KEYS, or the file beside the default database; and their folder."""

import errno
import os
from pathlib import Path

from pydantic import SecretStr

from bot.config import Settings, SettingsError
from bot.store.encryption import Keyring, key_file, read_or_make_key


def keyring_of(settings: Settings) -> Keyring:
    """The keys of these settings; where nothing is stored yet, one is made. Raises SettingsError."""
    keys, named = settings.encryption_keys, "ENCRYPTION_KEYS"
    if not keys:
        keys, named = (_own_key(settings),), str(key_file(settings.data_dir))
    try:
        return Keyring(keys, named)
    except ValueError as error:
        raise SettingsError([f"{named} {error}"]) from error


def make_folder(folder: Path) -> None:
    """For its owner only, unless it is there. Raises SettingsError."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise _not_made(folder, error.strerror or "") from error
    need_room(folder)


def need_room(folder: Path) -> None:
    """Raises SettingsError when nothing can be written there, or the folder is missing and cannot be made."""
    there = next(one for one in (folder, *folder.parents, Path()) if os.path.exists(one))
    if not there.is_dir():
        raise _not_made(folder, os.strerror(errno.ENOTDIR))
    if os.access(there, os.W_OK | os.X_OK):
        return
    if there == folder:
        raise SettingsError([f"DATA_DIR {folder} cannot be written to"])
    raise _not_made(folder, os.strerror(errno.EACCES))


def _own_key(settings: Settings) -> SecretStr:
    """The key beside the default database; one is made only where nothing is stored yet."""
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
