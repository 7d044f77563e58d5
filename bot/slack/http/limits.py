"""How much clients may cost (docs/decisions/30-what-hangs.md has the reasons)."""

import resource
from contextlib import suppress
from dataclasses import dataclass, replace

_OWN = 512  # file descriptors for the databases, Slack, careCycle and files; with few, half of all


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of the HTTP server. Tests pass in smaller ones."""

    headers_within: float = 5.0  # seconds for all headers, from the connection or from a later request's first byte
    body_within: float = 10.0  # seconds for a whole body, from the end of the headers
    idle: float = 620.0  # seconds between two requests; longer than proxies keep a connection (Google's: 600)
    headers: int = 16 * 1024  # bytes of all headers together
    body: int = 1024 * 1024  # bytes; the largest thing Slack sends is a message with all its blocks
    unsigned_body: int = 1024  # bytes; Slack's check of the certificate is the one unsigned request that is read
    bodies: int = 16 * 1024 * 1024  # bytes in unfinished bodies over all connections
    connections: int = 2_048  # open at once
    begin_at_once: int = 16  # requests of Slack's that begin between two looks at the network; each takes about 1 ms
    begin_within: float = 1.5  # seconds from a command's arrival; later it gets the notice that the bot is busy


def within_descriptors() -> Limits:
    """Return the limits of this process, and raise its limit of file descriptors as far as they need it."""
    limits = Limits()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = limits.connections + _OWN
    if soft != resource.RLIM_INFINITY and soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        with suppress(ValueError, OSError):  # a system with a lower limit of its own
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
        soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return limits if soft == resource.RLIM_INFINITY else replace(limits, connections=share(soft))


def share(descriptors: int) -> int:
    """Return how many connections may be open with so many file descriptors."""
    return min(Limits().connections, max(descriptors - _OWN, descriptors // 2))
