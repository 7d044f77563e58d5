"""What a modal carries from where it was opened to where it is submitted: which workspace, and what is waiting."""

from dataclasses import asdict, dataclass, field, replace

from pydantic import TypeAdapter
from pydantic_core import to_json

from bot.errors import OldButton
from bot.slack.context.interaction import Interaction
from bot.slack.context.tokens import speak_for
from bot.slack.reply.workspace_tags import Address


@dataclass(frozen=True, slots=True)
class ModalState:
    """The workspace by its own ids: of an organization's installation Slack's payload of a modal may name another.

    `ids` are the campaigns whose answer waits, `response_url` is where it goes, and `thread` where it can be shared.
    """

    workspace: str
    enterprise: str | None = None
    channel: str = ""
    ids: tuple[str, ...] = ()
    response_url: str = field(default="", repr=False)
    thread: str | None = None

    @property
    def address(self) -> Address:
        """Of the workspace."""
        return self.workspace, self.enterprise

    @property
    def at_home(self) -> bool:
        """Whether it was opened on the App Home, which shows what has changed then: elsewhere there is a channel."""
        return not self.channel

    def text(self) -> str:
        """For a view's `private_metadata` (Slack: 3,000 characters)."""
        return to_json(asdict(self)).decode()

    @staticmethod
    def read(text: str) -> "ModalState":
        """The inverse. Raises OldButton for what is none."""
        try:
            return _ORIGIN.validate_json(text, strict=True)
        except ValueError as error:
            raise OldButton from error

    async def switch_to_workspace(self, interaction: Interaction) -> Interaction:
        """Go on in the workspace where it was opened, as that is now; of the conversation it was opened in.

        Slack's payload may name another one of the same organization; then the client speaks for that one from now on.
        Whether the person may do there what they want is yet to be asked. Raises OldButton, StoreUnavailable.
        """
        services, workspace = interaction.services, interaction.workspace
        if self.workspace != workspace.id:
            if self.enterprise is None or self.enterprise != workspace.enterprise_id:
                raise OldButton
            speak_for(interaction.client, await services.authorize.tokens(self.workspace, self.enterprise))
        return replace(interaction, workspace=await services.workspaces.of(self.workspace, workspace.enterprise_id))


_ORIGIN = TypeAdapter(ModalState)
