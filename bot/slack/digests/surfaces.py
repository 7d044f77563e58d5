"""Everything of digests that Slack tells of, registered at once."""

from slack_bolt.app.async_app import AsyncApp

from bot.slack.digests import add_campaign, buttons, form, history, save


def register(app: AsyncApp) -> None:
    """Listens for the form, the list, the buttons under a digest, the history, and *Add to a digest* on a card."""
    form.register(app)
    save.register(app)
    buttons.register(app)
    history.register(app)
    add_campaign.register(app)
