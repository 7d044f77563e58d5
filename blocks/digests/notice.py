"""Build a message about one digest: what happened, and under it which digest that is, as lists say it."""

from dataclasses import replace
from datetime import datetime

from blocks import kit
from blocks.digests.listed import Listed, about
from blocks.kit import Block, Message


def notice(text: str, one: Listed, now: datetime, *buttons: Block, told: str = "") -> Message:
    """Build the message. `text` is what happened (mrkdwn); `told` is as in `beside`."""
    said = beside(one, now, told=told)
    row = (kit.actions(*buttons),) if buttons else ()
    return Message(f"{text}\n{said}", (kit.section(text), kit.context(said), *row))


def beside(one: Listed, now: datetime, *, told: str = "") -> str:
    """Say which campaigns, whose it is, and how the last one went (mrkdwn).

    `told`: the message gives this reason, so of a last one that has it nothing is said twice.
    """
    known = told and one.last is not None and one.last.reason == told
    return about(replace(one, last=None, is_read=False) if known else one, now)
