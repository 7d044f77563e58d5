"""Mask every number of a person in outside text, before it is shown or kept."""

from bot.campaigns import member_ids, phone_numbers


def masked(text: str) -> str:
    """Return `text` with phone numbers, and Medicare and Social Security numbers, masked."""
    return member_ids.masked(phone_numbers.masked(text))
