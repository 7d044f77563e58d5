"""Say in one line why the program cannot listen at its address."""

import errno
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from bot.config import SettingsError

_WHY = {
    errno.EADDRINUSE: "is in use by another program",
    errno.EACCES: "may not be used by this user",
    errno.EADDRNOTAVAIL: "is not an address of this machine",
    socket.EAI_NONAME: "is not an address of this machine",
}


@contextmanager
def listening_at(address: str, remedy: str) -> Iterator[None]:
    """Raise SettingsError with `address`, the reason and `remedy` when the block could not listen at its address."""
    try:
        yield
    except OSError as error:
        if error.filename is None and error.errno in _WHY:
            raise SettingsError([f"{address} {_WHY[error.errno]}: {remedy}"]) from error
        raise
