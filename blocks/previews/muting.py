"""Build the replies to `mute` and `unmute`, and what the channel is told."""

from typing import Literal

from blocks import kit, words
from blocks.kit import Message

# Whether the channel was told who did it: it is being told, it could not be told, or nobody else is there.
Told = Literal["yes", "soon", "no", "nobody"]
_TOLD: dict[Told, str] = {
    "yes": "",
    "soon": " The channel is being told.",
    "no": " This app is not in that conversation, so nobody else there was told.",
    "nobody": "",
}


def muted(command: str, *, before: bool, told: Told, channel: str = "") -> Message:
    """Build the reply to `mute`. `before`: the channel was muted already. `channel`: it is another one than here."""
    was = "were already muted" if before else "are muted"
    back = f"`{command} unmute` there" if channel else f"`{command} unmute`"
    return _said(
        f"Previews of careCycle links {was} in {_place(channel)}, for everybody. {back} brings them back.{_TOLD[told]}"
    )


def unmuted(*, before: bool, off: bool, told: Told, channel: str = "") -> Message:
    """Build the reply to `unmute`.

    `before`: the channel was not muted. `off`: managers have switched previews off in the whole workspace. `channel`:
    it is another one than here.
    """
    place = _place(channel)
    was = f"were not muted in {place}" if before else f"are shown in {place} again"
    but = " But managers turned them off for the whole workspace." if off else ""
    return _said(f"Previews of careCycle links {was}.{but}{_TOLD[told]}")


def line(user: str, command: str, *, muted: bool) -> Message:
    """Build the line by which the channel sees who muted it, or brought previews back."""
    who = f"<@{words.literal(user, 64)}>"
    if not muted:
        return _said(f"{who} turned previews of careCycle links back on here.")
    return _said(f"{who} muted previews of careCycle links here, for everybody. `{command} unmute` brings them back.")


def not_all(command: str, word: str) -> Message:
    """Say that `mute all` is for managers, in the settings."""
    return _said(
        f"`{command} {word}` is for one channel at a time, so nothing was changed. "
        f"Managers turn previews on or off for the whole workspace in `{command} settings`."
    )


def not_known(command: str, word: str) -> Message:
    """Say that the name of another channel does not tell which one it is."""
    return _said(
        "Slack did not tell this app which channel that is, so nothing was changed. "
        f"Type `{command} {word}` in that channel itself."
    )


def not_there(command: str, word: str) -> Message:
    """Say that only people of a channel may do this there. It does not tell whether there is such a channel."""
    return _said(
        "Slack did not confirm that you are in that channel, so nothing was changed. "
        f"Type `{command} {word}` in the channel itself; anybody there can."
    )


def usage(command: str, word: str) -> Message:
    """Explain what may follow, when something else was typed."""
    return _said(f"`{command} {word}` is for the channel you type it in. Nothing was changed.")


def _place(channel: str) -> str:
    return f"<#{words.literal(channel, 64)}>" if channel else "this channel"


def _said(text: str) -> Message:
    return Message(text, (kit.section(text),))
