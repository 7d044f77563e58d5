"""Whom a softphone transfer can reach."""

from bot.carecycle.transfers import Agent, RoutingConfig


def active_agents(routing: RoutingConfig) -> int:
    """How many agents a call can reach: each once, those of switched-off groups not."""
    found: dict[str | int, Agent] = {}
    tiers = [group.agents or () for group in routing.groups or () if group.is_active is not False]
    for agent in (*(routing.agents or ()), *(agent for tier in tiers for agent in tier)):
        if agent.is_active:
            found.setdefault(agent.member_id or agent.id or id(agent), agent)
    return len(found)
