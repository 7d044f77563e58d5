"""Count the agents that a softphone transfer can reach."""

from bot.campaigns.transfers import Agent, Group, RoutingConfig


def active_agents(routing: RoutingConfig) -> int | None:
    """Count the agents a call can reach: the active ones, each once, without those of switched-off groups.

    Return None when none is known to be active, but the API leaves out agents or does not say which are active.
    """
    tiers: list[RoutingConfig | Group] = [group for group in routing.groups or () if group.is_active is not False]
    crews = [routing, *tiers] if "agents" in routing.model_fields_set or not tiers else tiers
    found: dict[str | int, Agent] = {}
    for agent in (agent for crew in crews for agent in crew.agents or ()):
        if agent.is_active:
            found.setdefault(agent.member_id or agent.id or id(agent), agent)
    return None if not found and any(activity_is_unsaid(crew) for crew in crews) else len(found)


def activity_is_unsaid(crew: RoutingConfig | Group) -> bool:
    """Return whether the API does not say who is in this crew, or which of its agents are active."""
    return "agents" not in crew.model_fields_set or any(agent.is_active is None for agent in crew.agents or ())
