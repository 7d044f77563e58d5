"""Answer the buttons of digests on the App Home, and its search for digests; it then shows what changed."""

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from blocks import inputs, words
from blocks.digests.list_page import FIRST, WORDS, ListPage
from blocks.workspace import home_digests
from bot.campaigns.pasted_secrets import secret_in
from bot.errors import NotUnderstood, OldButton
from bot.slack.context.interaction import Interaction
from bot.slack.digests import buttons, permissions
from bot.slack.surfaces import home_tab


def register(app: AsyncApp) -> None:
    """Listen for *Pause for a day* and *Resume*, for the other pages, and for the field that searches."""
    app.action(home_digests.PAUSE)(press_pause)
    app.action(home_digests.RESUME)(press_resume)
    app.action(home_digests.BACK)(turn)
    app.action(home_digests.MORE)(turn)
    app.action({"action_id": inputs.VALUE, "block_id": home_digests.SEARCH})(search)


async def press_pause(ack: AsyncAck, interaction: Interaction) -> None:
    """Pause the digest for a day."""
    await ack()

    async def paused() -> None:
        await buttons.pause_for_a_day(interaction, await permissions.read_if_visible(interaction, _id(interaction)))

    home_tab.show_soon(interaction, "digest pause", paused)


async def press_resume(ack: AsyncAck, interaction: Interaction) -> None:
    """Resume the digest."""
    await ack()

    async def resumed() -> None:
        await buttons.resumed(interaction, await permissions.read_if_visible(interaction, _id(interaction)))

    home_tab.show_soon(interaction, "digest resume", resumed)


async def turn(ack: AsyncAck, interaction: Interaction) -> None:
    """Show another page of the digests."""
    page = ListPage.read(interaction.value)[1]
    await ack()
    home_tab.show_soon(interaction, "digest list", page=page)


async def search(ack: AsyncAck, interaction: Interaction) -> None:
    """Show the digests that have the words that were typed; all of them when nothing was."""
    await ack()
    typed = words.one_line(interaction.value)[:WORDS].strip()

    async def refused() -> None:
        raise NotUnderstood(pasted=secret_in(typed))

    if secret_in(typed):
        home_tab.show_soon(interaction, "digest list", refused, page=FIRST)
    else:
        home_tab.show_soon(interaction, "digest list", page=ListPage(words=typed))


def _id(interaction: Interaction) -> str:
    if not interaction.value:
        raise OldButton
    return interaction.value
