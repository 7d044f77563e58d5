"""What a modal carries from where it was opened to where it is submitted: which workspace, and what is waiting."""

from dataclasses import asdict, dataclass, field
from typing import Any, Self

from pydantic_core import from_json, to_json

from bot.errors import OldButton
from bot.slack.desk import Desk
from bot.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Origin:
    """The workspace by its own ids: of an organisation's installation Slack's payload of a modal may name another.

    `ids` are the campaigns whose answer waits, and `response_url` is where it goes.
    """

    workspace: str
    enterprise: str | None = None
    channel: str = ""
    ids: tuple[str, ...] = ()
    response_url: str = field(default="", repr=False)

    def text(self) -> str:
        """For a view's `private_metadata` (Slack: 3,000 characters)."""
        return to_json(asdict(self)).decode()

    @classmethod
    def read(cls, text: str) -> Self:
        """The inverse. Raises OldButton for what is none."""
        try:
            values: dict[str, Any] = from_json(text)  # Any: JSON
            return cls(**{**values, "ids": tuple(values.get("ids") or ())})
        except (ValueError, TypeError, AttributeError) as error:
            raise OldButton from error

    async def home(self, desk: Desk, workspace: Workspace) -> Workspace:
        """The workspace it was opened in, as it is now; `workspace` is what Slack says of the request at hand.

        They may differ inside one organisation only. Raises OldButton elsewhere, StoreUnavailable.
        """
        organisation = {workspace.id, workspace.enterprise_id} - {None}
        if self.workspace != workspace.id and self.enterprise not in organisation:
            raise OldButton
        return await desk.workspaces.of(self.workspace, self.enterprise)
