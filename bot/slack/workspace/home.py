"""Show the App Home, and answer its buttons."""

from dataclasses import replace
from functools import partial

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from blocks.campaigns import campaign as campaign_card
from blocks.kit import Block
from blocks.workspace import connection, lookups, needs, not_read
from bot.errors import OldButton
from bot.slack.campaigns import quiet
from bot.slack.campaigns.cards import card_window
from bot.slack.context.interaction import Interaction
from bot.slack.surfaces import home_tab
from bot.slack.surfaces.modals import Modal, open_modal
from bot.slack.workspace import connect, settings

tell = home_tab.tell  # for an answer that finds no other way to the person


def register(app: AsyncApp) -> None:
    """Listen for the App Home being opened, and for its buttons."""
    app.event("app_home_opened")(opened)
    app.action(lookups.OPEN)(open_card)
    app.action(lookups.CLEAR)(clear)
    app.action(connection.CONNECT)(press_connect)
    app.action(connection.SETTINGS)(press_settings)
    app.action(needs.ON_IT)(press_on_it)
    app.action(needs.LIFT)(press_lift)
    app.action(not_read.READ)(press_read)


async def opened(ack: AsyncAck, interaction: Interaction) -> None:
    """Show the current App Home. Ignore the *Messages* tab, for which Slack sends the same event."""
    await ack()
    if interaction.event.get("tab") == "home":
        there = replace(interaction, name="home", channel="")
        there.start(there.once(home_tab.show), via="home")  # when the bot is busy, the App Home stays as it was


async def open_card(ack: AsyncAck, interaction: Interaction) -> None:
    """Show the card of a look-up in a modal, since the App Home has no conversation to show it in."""
    await ack()
    ids = interaction.workspace.links.ids_in(interaction.value)

    async def view() -> Block:
        if not ids:
            raise OldButton
        return await card_window(interaction, ids[0])

    open_modal(home_tab.at_home(interaction).named("home open"), Modal(campaign_card.MODAL_TITLE, view))


async def clear(ack: AsyncAck, interaction: Interaction) -> None:
    """Delete this person's look-ups. Slack has asked the person to confirm."""
    await ack()
    forget = partial(interaction.services.lookups.clear, interaction.workspace.id, interaction.user)
    home_tab.show_soon(interaction, "home clear", forget)


async def press_on_it(ack: AsyncAck, interaction: Interaction) -> None:
    """Note that this person is on it, or no longer."""
    await ack()
    home_tab.show_soon(interaction, "on it", partial(quiet.on_it, interaction))


async def press_lift(ack: AsyncAck, interaction: Interaction) -> None:
    """End what is quiet."""
    await ack()
    home_tab.show_soon(interaction, "quiet lift", partial(quiet.lifted, interaction))


async def press_read(ack: AsyncAck, interaction: Interaction) -> None:
    """Read the account now, and show what needs a person, or why it cannot be read."""
    await ack()

    async def read() -> None:
        await interaction.person.need_own_company(remembered=True)
        newest = await interaction.services.readings.newest(interaction.workspace)
        if newest.trouble:
            raise newest.trouble

    home_tab.show_soon(interaction, "home read", read)


async def press_connect(ack: AsyncAck, interaction: Interaction) -> None:
    """Open the form for the API key."""
    await ack()
    connect.open_form(home_tab.at_home(interaction).named("home connect"))


async def press_settings(ack: AsyncAck, interaction: Interaction) -> None:
    """Open the settings."""
    await ack()
    settings.open_form(home_tab.at_home(interaction).named("home settings"))
