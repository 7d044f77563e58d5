"""Fork processes of `campaign-bot` that need not import it first.

`command_line.py` asks for them. Standard input is a socket. Each byte on it asks for one process and brings three file
descriptors: a socket for that process, its standard output and its standard error. On that socket comes a line of JSON
(`arguments`, `at`, `env`); the answers are a line with the process id and, once it has ended, one with its exit status.
This program ends when its input does.
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
    """Fork a process for one order, and return the order in that process. The parent reports its end and exits."""
    order = json.loads(own.makefile().readline())  # without a limit: it comes with the socket
    if pid := os.fork():
        own.sendall(f"{pid}\n".encode())
        _, status = os.waitpid(pid, 0)
        own.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
        os._exit(0)
    own.close()
    return order


def _orders(asked: socket.socket) -> Any:  # Any: as above
    """Wait for orders, and return each in a process of its own. Exit when the input ends.

    For each, another process waits and reports the exit status.
    """
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
    """Run `python -m bot` in each forked process."""
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
