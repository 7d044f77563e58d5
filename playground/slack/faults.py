"""What can be wrong with Slack, on demand: a row each."""

from collections.abc import Mapping

FAULTS: Mapping[str, str] = {
    "none": "No trouble",
    "response_url_down": "response_url answers 500",
    "response_url_gone": "response_url has expired",
    "web_api_down": "Web API answers 500",
    "web_api_limited": "Web API answers 429",
    "web_api_slow": "Web API takes two seconds",
    "late_trigger": "every trigger has expired",
    "work_object_warned": "warns of every Work Object",
    "work_object_refused": "refuses every Work Object",
    "unfurl_refused": "refuses every preview",
    "messages_limited": "limits messages: one may come again in a second",
    "people_hidden": "does not say who is in the workspace",
    "posting_refused": "refuses messages in channels: archived",
    "new_blocks_refused": "refuses tables and charts of 2026",
    "upload_down": "answers 500 to uploads",
    "files_refused": "refuses files in messages",
    "file_answer_lost": "takes a file, then hangs up",
    "answer_is_500": "takes a message, then answers 500",
    "answer_lost": "takes a message, then hangs up",
}


class SlackFaults:
    """The fault that is switched on; with `times`, only for so many requests.

    `word` is what a refused post is told, `retry_after` the seconds in a 429, and `slow` the seconds of a slow answer.
    So many requests as `spared` come through before the fault begins. With `event`, the lost answers (500, hung up) are
    those to messages with metadata of that event type, not to what the app posts beside them.
    """

    def __init__(self) -> None:
        self.name = "none"
        self.times: int | None = None
        self.event: str | None = None
        self.word = "is_archived"
        self.retry_after = 1
        self.slow = 2.0
        self.spared = 0

    def set(self, name: str, times: int | None = None, event: str | None = None) -> None:
        """Switches a fault on, or `none`. Raises ValueError for a name that is none."""
        if name not in FAULTS:
            raise ValueError(f"no fault {name}")
        self.name, self.times, self.event = name, times, event

    def strikes(self, name: str) -> bool:
        """Whether this fault hits the request at hand."""
        if self.name != name or self.times == 0:
            return False
        if self.spared:
            self.spared -= 1
            return False
        if self.times is not None:
            self.times -= 1
        return True
