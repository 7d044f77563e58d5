"""Build the window of *Send now*: for oneself alone, or for everybody in the digest's channel."""

from blocks import inputs, kit, words
from blocks.digests.where import where
from blocks.kit import Block
from bot.digests.digest import Digest

TITLE = "Send now"
SUBMIT, TO = "digest.send_now", "digest_send_to"
ME, ALL = "me", "all"


def choice(digest: Digest, metadata: str, *, reader: str, note: str = "") -> Block:
    """Build the window that asks for whom the digest is, for `reader`. `note` is what to know before (mrkdwn)."""
    name, place = f"*{words.literal(digest.name, 100)}*", where(digest.channel_id, reader)
    about = f"{name} as it was last saved, with the numbers as of now. It usually goes to {place}.{note}"
    rows = [
        kit.section(about),
        kit.context(
            "The next scheduled one comes all the same, and still says what changed since the last scheduled one."
        ),
    ]
    if digest.channel_id != reader:
        others = "The person it is for" if digest.is_direct else "Everybody in its channel"
        options = {ME: "Only me, in my messages with this app", ALL: others}
        rows.insert(1, inputs.choice(TO, "Who gets it?", options, ME))
    return inputs.form(TITLE, SUBMIT, rows, submit="Send", metadata=metadata)


def done(text: str) -> Block:
    """Build the window that says what was done (mrkdwn)."""
    return kit.modal(TITLE, [kit.section(text)], close="Done")


def sent_to_me(digest: Digest) -> str:
    """Say that the digest is in the person's own messages (mrkdwn)."""
    return f"📨 *{words.literal(digest.name, 100)}* is in your messages with this app. Only you see it there."
