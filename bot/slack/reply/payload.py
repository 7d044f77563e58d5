"""Name the type of Slack's JSON."""

from typing import Any

Payload = dict[str, Any]  # Any: Slack's JSON
