"""Format transfer routing in mrkdwn: the sentence, the findings, and the tree of groups and agents."""

from collections.abc import Iterator, Sequence

from blocks import words
from bot.campaigns import routing
from bot.campaigns.campaign import Campaign
from bot.campaigns.transfers import Agent, Group, RoutingConfig

_MARKS = {"problem": "⚠️", "note": "ℹ️", "unsaid": "❔"}
_GROUPS, _NAMES = 20, 10  # shown at most; the rest is counted


def sentence(parts: routing.Sentence) -> str:
    """Format a routing sentence: names in bold, unknown values in quotes, all outside text escaped."""
    first, *rest = parts
    start = first.replace("Transfers", "*Transfers*", 1) if first.startswith("Transfers") else _shown(first, "*")
    return start + "".join(_shown(part, "*") for part in rest)


def finding_line(finding: routing.Finding, *, path: bool = False) -> str:
    """Format a finding: `⚠️ *No active agent in group* _Spanish_`. `path`: with the field of the API, for *Details*."""
    says = "".join(_shown(part, "_") if _is_outside(part) else _bold(part) for part in finding.says)
    return f"{_MARKS[finding.weight]} {says}" + (f"  `{finding.field}`" if path else "")


def tree(campaign: Campaign, *, names: bool) -> Iterator[str]:
    """Yield lines that say who is rung and in which order. `names`: agents are also named, not only counted."""
    config = campaign.transfer_config
    found = config.routing_config if config else None
    if found is None:
        return
    if found.agents or (found.agents is not None and not found.groups):
        yield f"•  {_agents_line('Agents', found.agents, names=names)}"
    for group in (found.groups or ())[:_GROUPS]:
        yield f"•  {_group(group, names=names)}"
    if (more := len(found.groups or ()) - _GROUPS) > 0:
        yield f"•  and {routing.count(more, 'more group')}"
    yield from _order(found)


def _group(group: Group, *, names: bool) -> str:
    title = f"Group {words.literal(group.name, 80)}" if group.name else "Group without a name"
    off = ", switched off" if group.is_active is False else ""
    how = f", {words.literal(group.routing_type, 40)}" if group.routing_type else ""
    return _agents_line(f"{title}{how}{off}", group.agents, names=names)


def _agents_line(title: str, agents: Sequence[Agent] | None, *, names: bool) -> str:
    if agents is None:
        return f"*{title}*: the API does not say who"
    active = sum(agent.is_active is True for agent in agents)
    line = f"*{title}*: {words.number(active)} of {routing.count(len(agents), 'agent')} active"
    return f"{line} ({_who(agents)})" if names and agents else line


def _who(agents: Sequence[Agent]) -> str:
    shown = [_agent(agent) for agent in agents[:_NAMES]]
    more = len(agents) - _NAMES
    return ", ".join((*shown, f"and {more:,} more") if more > 0 else shown)


def _agent(agent: Agent) -> str:
    name = agent.member.user.name if agent.member and agent.member.user else None
    shown = words.literal(name or "", 40) or "without a name"
    return f"{shown} (off)" if agent.is_active is False else shown


def _order(found: RoutingConfig) -> Iterator[str]:
    rules = {
        "the customer’s own agent first": found.try_customer_agent_first,
        "the agent of the last call first": found.try_previous_softphone_agent_first,
        "by the customer’s state": found.state_based_routing,
    }
    if on := [rule for rule, value in rules.items() if value]:
        yield f"•  Order: {', '.join(on)}"
    if found.max_ring_per_agent and found.max_ring_per_agent > 0:
        yield f"•  Each agent rings up to {words.number(found.max_ring_per_agent)} s"


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
