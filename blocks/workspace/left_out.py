"""The line on App Home that says that Slack left out events: a manager may wonder where a preview is."""

from collections.abc import Iterator
from datetime import timedelta

from blocks import kit, words
from blocks.kit import Block
from blocks.workspace.home_state import Home

_SHOWN = timedelta(days=1)


def left_out(home: Home) -> Iterator[Block]:
    """Yield the line for a manager, for a day."""
    at = home.left_out_at
    if at is not None and home.role == "manager" and home.now - at < _SHOWN:
        yield kit.context(
            f"⚠️ Slack left out events for this app until {words.moment(at, home.now)}, because there were too many in "
            "an hour. Link previews and answers to mentions may be missing; commands and buttons were not affected."
        )
