"""Say on the App Home why nobody knows what needs a person: what is not there must not look like nothing."""

from collections.abc import Iterator

from blocks import kit, words
from blocks.kit import Block
from blocks.workspace import connection
from blocks.workspace.home_state import Home

READ = "home.read"


def not_read(home: Home) -> Iterator[Block]:
    """Yield why. Yield nothing while that is on its way, or where something else is said to be wrong."""
    is_shown = home.connection and home.is_ours and not home.judged
    if not is_shown or home.readings is None or connection.what_is_wrong(home):
        return
    yield kit.header("What needs you")
    look = kit.button("Look now", READ) if home.readings == "regular" else None
    yield kit.section(_why(home), button=look)


def _why(home: Home) -> str:
    if home.readings == "off":
        return f"Not known here: regular readings are switched off. `{home.command} problems` looks when you ask."
    if home.current is None:
        return "Not known yet: your campaigns have not been read so far."
    return f"⚠️ Not known now: your campaigns were last read {words.moment(home.current.assessment.at, home.now)}."
