"""Find a port for a process that opens it itself, a moment later."""

import random
import socket

from playground.world import LOOPBACK

# Below those that Linux hands out to whoever asks for any (32768 and up): nobody gets one of these in between.
_OURS = range(20_000, 32_000)


def free_port() -> int:
    """Return a port of this machine on which nobody listens. Raise OSError when there is none."""
    for port in random.SystemRandom().sample(_OURS, 100):
        try:
            with socket.create_server((LOOPBACK, port)):
                return port
        except OSError:
            continue
    raise OSError("no free port")
