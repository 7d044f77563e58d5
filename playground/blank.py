"""An empty database of today's version, made once for a process: a world begins with a copy of it."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.config import Settings
from bot.store.database import open_database

_made: list[TemporaryDirectory[str]] = []  # one at most; it goes with the process


async def copy_blank(folder: Path) -> None:
    """Puts the database and its key into a folder for the bot's data."""
    if not _made:
        made = TemporaryDirectory()
        defaults = {name: field.default for name, field in Settings.model_fields.items()}
        await make_blank(Settings(_env_file=None, **{**defaults, "data_dir": Path(made.name)}))
        _made.append(made)
    shutil.copytree(_made[0].name, folder, dirs_exist_ok=True)


async def make_blank(settings: Settings) -> None:
    """Makes the tables of a database."""
    async with open_database(settings):
        pass
