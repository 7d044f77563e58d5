"""Answer the buttons of digests on the App Home, which then shows what changed."""

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from blocks.workspace import home_digests
from bot.errors import OldButton
from bot.slack.context.interaction import Interaction
from bot.slack.digests import buttons, permissions
from bot.slack.surfaces import home_tab


def register(app: AsyncApp) -> None:
    """Listen for *Pause for a day* and *Resume*."""
    app.action(home_digests.PAUSE)(press_pause)
    app.action(home_digests.RESUME)(press_resume)


async def press_pause(ack: AsyncAck, interaction: Interaction) -> None:
    """Pause the digest for a day."""
    await ack()

    async def paused() -> None:
        digest = await permissions.read_if_visible(interaction, _id(interaction))
        await permissions.need_pauser(interaction, digest)
        await interaction.services.digests.pause(digest, interaction.user, for_a_day=True)

    home_tab.show_soon(interaction, "digest pause", paused)


async def press_resume(ack: AsyncAck, interaction: Interaction) -> None:
    """Resume the digest."""
    await ack()

    async def resumed() -> None:
        await buttons.resumed(interaction, await permissions.read_if_visible(interaction, _id(interaction)))

    home_tab.show_soon(interaction, "digest resume", resumed)


def _id(interaction: Interaction) -> str:
    if not interaction.value:
        raise OldButton
    return interaction.value
