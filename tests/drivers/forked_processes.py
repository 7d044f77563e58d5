"""Fork processes of `campaign-bot` that need not import it first.

`command_line.py` asks for them.
Its standard input is a socket: with each byte come a socket for one process, and where that writes to. On the former
comes a line of JSON, and go back its number, and its status once it has ended. Ends when its input does.
"""

import gc
import importlib
import json
import os
import runpy
import socket
import sys
import time
from typing import Any

_COMMANDS = ("cli.main", "cli.serve", "cli.doctor", "cli.card", "cli.terminal", "cli.admin", "cli.digests", "manifest")
_FILES = 3  # the socket, standard output, standard error


def _fork(own: socket.socket) -> Any:  # Any: JSON
    """What one is to do; comes back in its process only."""
    order = json.loads(own.makefile().readline())  # without a limit: it comes with the socket
    if pid := os.fork():
        own.sendall(f"{pid}\n".encode())
        _, status = os.waitpid(pid, 0)
        own.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
        os._exit(0)
    own.close()
    return order


def _orders(asked: socket.socket) -> Any:  # Any: as above
    """The same; for each a process waits that says how it ended."""
    while True:
        byte, files, *_ = socket.recv_fds(asked, 1, _FILES)
        if not byte:
            sys.exit()
        if os.fork() == 0:
            if os.fork():  # nobody has to wait for the one that waits
                os._exit(0)
            asked.close()
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            for number, file in enumerate(files[1:], start=1):
                os.dup2(file, number)
                os.close(file)
            return _fork(socket.socket(fileno=files[0]))
        os.wait()  # without a limit: it ends at once
        for file in files:
            os.close(file)


def main() -> None:
    """Becomes `python -m bot` in each process."""
    for name in _COMMANDS:
        importlib.import_module(f"bot.{name}")
    gc.freeze()  # else each process looks through all that when it ends
    order = _orders(socket.socket(fileno=os.dup(0)))
    os.chdir(order["at"])
    os.environ.clear()
    os.environ.update(order["env"])
    time.tzset()
    sys.path[0] = order["at"]
    sys.argv[1:] = order["arguments"]
    runpy.run_module("bot", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
