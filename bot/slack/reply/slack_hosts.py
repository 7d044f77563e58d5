"""Tell Slack's own addresses from others: what Slack hands out is not used blindly."""

from urllib.parse import SplitResult, urlsplit

_SLACK = ("slack.com", "slack-gov.com")


class SlackHosts:
    """The hosts that are Slack's: its own over HTTPS, and the one of a stand-in that `api_url` may name."""

    def __init__(self, api_url: str) -> None:
        own = urlsplit(api_url)
        self._own = None if _is_slack(own.hostname) else own.netloc  # host and port of a stand-in for Slack

    def has(self, url: str) -> bool:
        """Return whether `url` leads to Slack."""
        try:
            parts = urlsplit(url)
            own = self._own is not None and parts.netloc == self._own
            return own or (_is_plain_https(parts) and _is_slack(parts.hostname))
        except ValueError:  # not a URL
            return False


def _is_plain_https(parts: SplitResult) -> bool:
    return parts.scheme == "https" and parts.username is None and parts.port in (None, 443)


def _is_slack(host: str | None) -> bool:
    return host is not None and any(host == known or host.endswith(f".{known}") for known in _SLACK)
