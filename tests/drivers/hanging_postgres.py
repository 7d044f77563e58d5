"""Run a PostgreSQL that can be made to hang: it accepts connections and answers nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import parse_qs, urlsplit

_SOCKET = ".s.PGSQL.5432"


@asynccontextmanager
async def hanging(url: str) -> AsyncIterator[tuple[str, asyncio.Event]]:
    """Yield another address of the database at `url`, and the event that makes it hang for good."""
    parts, hang = urlsplit(url), asyncio.Event()
    folder = parse_qs(parts.query)["host"][0]
    tasks: set[asyncio.Task[None]] = set()
    writers: list[asyncio.StreamWriter] = []

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                if hang.is_set():
                    continue
                writer.write(data)
                await writer.drain()
        if not hang.is_set():
            writer.close()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        if not hang.is_set():
            there_reader, there_writer = await asyncio.open_unix_connection(f"{folder}/{_SOCKET}")
            writers.append(there_writer)
            for one in (pass_on(reader, there_writer), pass_on(there_reader, writer)):
                tasks.add(asyncio.ensure_future(one))

    server = await asyncio.start_server(connected, "127.0.0.1")
    try:
        port = server.sockets[0].getsockname()[1]
        yield f"postgresql://postgres@127.0.0.1:{port}{parts.path}", hang
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks, timeout=5)
        for writer in writers:
            writer.close()
