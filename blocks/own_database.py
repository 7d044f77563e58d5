"""Say that the app's own database did not do what was asked of it."""

from bot.errors import BotError, StoreUnavailable


def saves(error: BotError) -> bool:
    """Return whether something was not saved, or nobody knows: to repeat it at once would not help."""
    return isinstance(error, StoreUnavailable) and bool(error.refused or error.is_unclear)


def reason(error: StoreUnavailable) -> str:
    """Explain the error to a person in one or two sentences."""
    if error.refused:
        return (
            "This app cannot save anything right now, because its database takes nothing new. Nothing was changed; "
            "please tell the person who set up this app."
        )
    if error.is_unclear:
        return (
            "This app’s own database stopped answering while it was saving that. It may be saved all the same; "
            "look again in a minute before you repeat it."
        )
    return "This app cannot reach its own database. Nothing is wrong with what you asked; try again in a minute."
