"""Name the type of what Slack sends and takes."""

from typing import Any

Payload = dict[str, Any]  # Any: Slack's JSON
