"""Format transfer routing in mrkdwn: the sentence and the findings."""

from blocks import words
from bot.campaigns import routing

_MARKS = {"problem": "⚠️", "note": "ℹ️", "unsaid": "❔"}


def sentence(parts: routing.Sentence) -> str:
    """Format a routing sentence: names in bold, unknown values in quotes, all outside text escaped."""
    first, *rest = parts
    start = first.replace("Transfers", "*Transfers*", 1) if first.startswith("Transfers") else _shown(first, "*")
    return start + "".join(_shown(part, "*") for part in rest)


def finding_line(finding: routing.Finding) -> str:
    """Format a finding, without its field of the API: `⚠️ *No active agent in group* _Spanish_`."""
    says = "".join(_shown(part, "_") if _is_outside(part) else _bold(part) for part in finding.says)
    return f"{_MARKS[finding.weight]} {says}"


def _shown(part: str, mark: str) -> str:
    if isinstance(part, routing.Name):
        return f"{mark}{words.literal(part, 80)}{mark}"
    return f"“{words.literal(part, 80)}”" if isinstance(part, routing.Value) else part


def _is_outside(part: str) -> bool:
    return isinstance(part, routing.Name | routing.Value)


def _bold(part: str) -> str:
    """Put text in bold, with the spaces around it outside the marks: Slack takes `*word *` literally."""
    core = part.strip()
    return part.replace(core, f"*{core}*", 1) if core else part
