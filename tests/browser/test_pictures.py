"""`make pictures` draws all pictures of the documents."""

from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.browser import picture


async def test_every_picture_of_the_documents_is_drawn(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = tmp_path / "pictures"
    in_documents = {file.name for file in picture.PICTURES.iterdir()}
    monkeypatch.setattr(picture, "PICTURES", drawn)
    await picture.main()  # in a browser of its own; that this one is here says that there is one
    assert {file.name for file in drawn.iterdir()} == in_documents
    assert all(file.read_bytes().startswith(b"\x89PNG") for file in drawn.iterdir())
