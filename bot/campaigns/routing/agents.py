"""Find out which agents a softphone transfer can reach."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.campaigns.routing.phrases import kind_of
from bot.campaigns.transfers import Agent, Group, RoutingConfig


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom a call can reach."""

    known: int  # agents that are certainly active, each once
    unsaid: bool  # careCycle left out agents, or whether some are active

    @property
    def nobody(self) -> bool:
        """Whether it is certain that nobody can be reached."""
        return not self.known and not self.unsaid


def reach(routing: RoutingConfig) -> Reach:
    """Return whom a call can reach: active agents, but for those of groups that are switched off."""
    lists = list(_who_may_be_rung(routing))
    active = {_person(agent) for agents, _ in lists for agent in agents if agent.is_active}
    return Reach(len(active), any(unsaid for _, unsaid in lists))


def listed_agents(routing: RoutingConfig) -> int:
    """Count the agents that careCycle lists, each once, also those whom no call can reach."""
    everybody = [*(routing.agents or ()), *(agent for group in routing.groups or () for agent in group.agents or ())]
    return len({_person(agent) for agent in everybody})


def active_agents(routing: RoutingConfig) -> int | None:
    """Count the agents a call can reach. Return None when none is known to be active, but some may be."""
    found = reach(routing)
    return None if not found.known and found.unsaid else found.known


def is_grouped(routing: RoutingConfig) -> bool:
    """Return whether calls go to groups, one after the other."""
    return kind_of(routing.routing_type).startswith("group")


def open_groups(routing: RoutingConfig) -> list[Group]:
    """Return the groups that are not switched off. One of which careCycle does not say it counts as open."""
    return [group for group in routing.groups or () if group.is_active is not False]


def crews(routing: RoutingConfig) -> list[tuple[Group, Sequence[Agent]]]:
    """Return each group with its agents: those in its own list, and those of the whole list that name the group."""
    named: dict[str, list[Agent]] = {}
    for agent in routing.agents or ():
        if agent.group_id:
            named.setdefault(agent.group_id, []).append(agent)
    return [(group, _members(group, named)) for group in routing.groups or ()]


def _members(group: Group, named: Mapping[str, Sequence[Agent]]) -> Sequence[Agent]:
    more = named.get(group.id) if group.id else None
    return [*(group.agents or ()), *more] if more else group.agents or ()


def activity_is_unsaid(crew: RoutingConfig | Group, agents: Sequence[Agent]) -> bool:
    """Return whether careCycle does not say who is in a crew, or which of its `agents` are active."""
    sent = "agents" in crew.model_fields_set or bool(agents)
    return not sent or any(agent.is_active is None for agent in agents)


def _who_may_be_rung(routing: RoutingConfig) -> Iterator[tuple[Sequence[Agent], bool]]:
    """Yield lists of agents who may be rung, each with whether careCycle left out something about it."""
    groups = [(group, agents) for group, agents in crews(routing) if group.is_active is not False]
    off = {group.id for group in routing.groups or () if group.is_active is False and group.id}
    if "agents" in routing.model_fields_set or not (groups or (routing.groups and is_grouped(routing))):
        ungrouped = [agent for agent in routing.agents or () if agent.group_id not in off]
        yield ungrouped, activity_is_unsaid(routing, ungrouped)
    for group, agents in groups:
        yield agents, activity_is_unsaid(group, agents)


def _person(agent: Agent) -> str | int:
    return agent.member_id or agent.id or id(agent)
