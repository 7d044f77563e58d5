"""Read the body of an answer, unpacked and limited: a small answer can unpack to gigabytes."""

import asyncio
import zlib
from collections.abc import Iterator
from typing import TypeAlias

import httpx

from bot.carecycle.large_list import LargeList
from bot.carecycle.responses import Json
from bot.errors import Unavailable, Unreadable

BODY_LIMIT = 2 * 1024 * 1024  # bytes, unpacked; a larger list is read as it arrives
_PART = 64 * 1024  # bytes; a larger part would block the event loop for too long
Body: TypeAlias = bytes | Json  # a list that is too large to be held comes as JSON


async def read_body(response: httpx.Response, *, of_list: bool) -> Body:
    """Return the whole body, unpacked, or the shortened JSON of a large list.

    Raise Unreadable, and stop reading, once it exceeds the limit. Raise Unavailable when it is cut off.
    """
    body, large = bytearray(), None
    packed = _Packed(response)
    async for chunk in response.aiter_raw(_PART):
        for part in packed.parts(chunk):
            if large is not None:
                large.feed(part)
                await asyncio.sleep(0)  # lets others run, even when the whole answer is there already
                continue
            body += part
            if len(body) > BODY_LIMIT:
                large = await _begun(body, of_list=of_list and response.is_success)
                body = bytearray()
    packed.end()
    return bytes(body) if large is None else large.page()


async def _begun(body: bytearray, *, of_list: bool) -> LargeList:
    """Return a large list that begins with `body`. Raise Unreadable when something else is as large."""
    if not of_list:
        raise Unreadable("answer too large", "large")
    large = LargeList()
    for start in range(0, len(body), _PART):
        large.feed(bytes(body[start : start + _PART]))
        await asyncio.sleep(0)
    return large


class _Packed:
    """A body that may be packed with gzip."""

    def __init__(self, response: httpx.Response) -> None:
        plain = response.headers.get("content-encoding", "identity").strip().lower() == "identity"
        self._inflater = None if plain else zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        self._begun = False

    def parts(self, chunk: bytes) -> Iterator[bytes]:
        """Yield what `chunk` unpacks to, in parts. Raise Unreadable when it is not gzip."""
        self._begun = self._begun or bool(chunk)
        if self._inflater is None:
            yield chunk
            return
        part = b""
        while (chunk or len(part) == _PART) and not self._inflater.eof:  # a full part may leave some inside
            try:
                part = self._inflater.decompress(chunk, _PART)
            except zlib.error:
                raise Unreadable("answer packed in an unknown way") from None
            chunk = self._inflater.unconsumed_tail
            yield part

    def end(self) -> None:
        """Raise Unavailable when more should have come."""
        if self._begun and self._inflater is not None and not self._inflater.eof:
            raise Unavailable("answer cut off", passing=True)
