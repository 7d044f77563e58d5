"""Slack's signature of a request: what can be seen in its headers, and whether it fits the body.

Slack's SDK has a verifier, which raises an exception for a body that is not UTF-8 and for headers that no client of
Slack's would send.
"""

import hmac
import re
import time
from collections.abc import Mapping

_AGE = 300  # seconds; Slack's rule against requests that are sent again
_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")


class Signatures:
    """The signatures made with one signing secret."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def fault(self, headers: Mapping[str, str]) -> str:
        """Return what is wrong with the headers, seen before a body is read. Empty: they may be Slack's."""
        timestamp, signature = _read(headers)
        if not timestamp or not signature:
            return "no signature"
        if not _TIMESTAMP.fullmatch(timestamp) or not _SIGNATURE.fullmatch(signature):
            return "malformed signature"
        return "timestamp too far from now" if abs(time.time() - int(timestamp)) > _AGE else ""

    def fits(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Return whether the body was signed with our secret. `fault` has found nothing wrong with the headers."""
        timestamp, signature = _read(headers)
        signed = hmac.digest(self._secret, b"v0:%b:%b" % (timestamp.encode(), body), "sha256")
        return hmac.compare_digest(f"v0={signed.hex()}", signature)


def _read(headers: Mapping[str, str]) -> tuple[str, str]:
    return headers.get("x-slack-request-timestamp", ""), headers.get("x-slack-signature", "")
