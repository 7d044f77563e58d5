"""An empty database of today's version, made once for a process: a world begins with a copy of it."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.config import Settings
from bot.store.database import open_database

_made: dict[
    bool, TemporaryDirectory[str]
] = {}  # with and without a queue, one at most of each; they go with the process


async def copy_blank(folder: Path, *, queue: bool = False) -> None:
    """Puts the database and its key into a folder for the bot's data; with `queue` also that of digests."""
    if queue not in _made:
        made = TemporaryDirectory()
        defaults = {name: field.default for name, field in Settings.model_fields.items()}
        await make_blank(Settings(_env_file=None, **{**defaults, "data_dir": Path(made.name)}), queue=queue)
        _made[queue] = made
    shutil.copytree(_made[queue].name, folder, dirs_exist_ok=True)


async def make_blank(settings: Settings, *, queue: bool) -> None:
    """Makes the tables of a database; those of the queue, too, which otherwise wait for the first digest."""
    async with open_database(settings):
        pass
    if queue:
        from bot.delivery.queue import Queue  # it takes a while

        nobody: Any = None  # delivers, and hears of mistakes
        made = Queue(settings, nobody, nobody, "blank")
        await made.launch()
        await made.kill()
