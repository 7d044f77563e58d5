"""What a command raises when it cannot do what was asked."""


class Refused(Exception):
    """A command cannot do what was asked. The text says why in one line."""

    def __init__(self, text: str, status: int = 1) -> None:
        super().__init__(text)
        self.status = status  # the exit status; 2 for wrong usage
