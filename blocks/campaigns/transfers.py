"""Format transfer routing in mrkdwn: the sentence and the findings."""

from itertools import groupby

from blocks import words
from bot.campaigns import routing

_MARKS = {"problem": "⚠️", "note": "ℹ️", "unsaid": "❔"}


def sentence(parts: routing.Sentence) -> str:
    """Format a routing sentence: names in bold, unknown values in quotes, all outside text escaped."""
    first, *rest = parts
    start = first.replace("Transfers", "*Transfers*", 1) if first.startswith("Transfers") else _shown(first, "*")
    return start + "".join(_shown(part, "*") for part in rest)


def finding_line(finding: routing.Finding) -> str:
    """Format a finding, without its field of the API: `⚠️ *Nobody in group* _Spanish_ *can take a call.* What to do."""
    runs = groupby((*finding.says, "."), _is_outside)  # what stands together is bold together
    says = "".join(
        "".join(_shown(part, "_") for part in parts) if outside else _bold("".join(parts)) for outside, parts in runs
    )
    return " ".join(filter(None, (_MARKS[finding.weight], says, finding.fix)))


def _shown(part: str, mark: str) -> str:
    if isinstance(part, routing.Name):
        return f"{mark}{words.literal(part, 80)}{mark}"
    return f"“{words.literal(part, 80)}”" if isinstance(part, routing.Value) else part


def _is_outside(part: str) -> bool:
    return isinstance(part, routing.Name | routing.Value)


def _bold(part: str) -> str:
    """Put text in bold, with the spaces around it outside the marks: Slack takes `*word *` literally."""
    core = part.strip()
    return part.replace(core, f"*{core}*", 1) if core.strip(".") else part
