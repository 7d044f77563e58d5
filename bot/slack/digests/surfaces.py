"""Everything of digests that Slack tells of, registered at once."""

from slack_bolt.app.async_app import AsyncApp

from bot.slack.digests import adding, deeds, form, history, saving


def register(app: AsyncApp) -> None:
    """Listens for the form, the list, the buttons under a digest, the history, and *Add to a digest* on a card."""
    form.register(app)
    saving.register(app)
    deeds.register(app)
    history.register(app)
    adding.register(app)
