"""Say who answers a transferred call: in which order people are rung, and how many of each group can be."""

from collections.abc import Iterable, Iterator, Sequence

from blocks import words
from blocks.campaigns.phrases import listed, quoted
from bot.campaigns import routing
from bot.campaigns.campaign import Campaign
from bot.campaigns.routing.phrases import kind_of
from bot.campaigns.transfers import Agent, Group, RoutingConfig

_GROUPS, _NAMES = 20, 10  # shown at most; the rest is counted
_DAY = 86_400  # seconds; a longer ring time cannot be meant
# careCycle's Round Robin rings everybody at once, unlike what the words usually mean (decision 3).
_HOW = {"linear": "in order", "roundrobin": "all at once"}


def who_answers(campaign: Campaign, *, names: bool) -> Iterator[str]:
    """Yield lines (mrkdwn) on the agents of the softphone. `names`: agents are also named, not only counted."""
    config = campaign.transfer_config
    found = config.routing_config if config else None
    if found is not None:
        if said := " ".join(_rules(found)):
            yield said
        yield from _people(found, names=names)
    elif config and config.type == "softphone" and "routing_config" not in config.model_fields_set:
        yield "careCycle does not say who answers."


def _rules(found: RoutingConfig) -> Iterator[str]:
    if found.routing_type:
        grouped = kind_of(found.routing_type).startswith("group")
        yield "Groups are tried in turn." if grouped else f"Agents’ phones ring {_how(found.routing_type)}."
    if found.max_ring_per_agent and 0 < found.max_ring_per_agent <= _DAY:
        yield f"Each agent’s phone rings for up to {words.amount(found.max_ring_per_agent, 'second')}."
    first = {
        "the customer’s own agent": found.try_customer_agent_first,
        "the agent of the customer’s last call": found.try_previous_softphone_agent_first,
    }
    if own := [who for who, tried in first.items() if tried]:
        yield f"Before anybody else, {listed(own)} {'is' if len(own) == 1 else 'are'} tried."
    if found.state_based_routing:
        yield "Calls go only to agents who cover the customer’s state."
    if found.state_based_routing and (fallback := found.state_routing_fallback):
        then = "as when nobody answers" if fallback == "fallback" else f"by the rule {quoted(fallback)}"
        yield f"If nobody covers it, the call goes on {then}."


def _how(routing_type: str) -> str:
    return _HOW.get(kind_of(routing_type)) or f"by the rule {quoted(routing_type)}"


def _people(found: RoutingConfig, *, names: bool) -> Iterator[str]:
    """Yield a line for all, then one for each group, and one for those who are in no group."""
    groups = found.groups or ()
    if not groups:
        if found.agents is not None or "groups" not in found.model_fields_set:
            yield _crew("", found.agents, names=names)
        return
    yield from _in_all(found)
    for group in groups[:_GROUPS]:
        yield f"•  {_group(group, names=names)}"
    if (more := len(groups) - _GROUPS) > 0:
        yield f"•  and {routing.count(more, 'more group')}"
    grouped = {_person(agent) for group in groups for agent in group.agents or ()}
    if others := [agent for agent in found.agents or () if _person(agent) not in grouped]:
        yield f"•  {_crew('*In no group*: ', others, names=names)}"


def _in_all(found: RoutingConfig) -> Iterator[str]:
    """Count each person once, as the sentence on transfers does, over those in groups and those in none."""
    active = routing.active_agents(found)
    if active is not None and all(group.agents is not None for group in found.groups or ()):
        crews = [found.agents or (), *(group.agents or () for group in found.groups or ())]
        everybody = routing.count(len({_person(agent) for crew in crews for agent in crew}), "agent")
        off = any(group.is_active is False for group in found.groups or ())
        can = "can get calls, not counting groups that are switched off" if off else "are active"
        yield f"{words.number(active)} of {everybody} {can}."


def _group(group: Group, *, names: bool) -> str:
    title = f"*Group {words.literal(group.name, 80)}*" if group.name else "*Group without a name*"
    off = " (switched off: nobody in it gets calls)" if group.is_active is False else ""
    how = f", ringing {_how(group.routing_type)}" if group.routing_type and not off else ""
    return _crew(f"{title}{off}: ", group.agents, names=names, how=how)


def _crew(title: str, agents: Sequence[Agent] | None, *, names: bool, how: str = "") -> str:
    if agents is None:
        return f"{title}careCycle does not say who{how}"
    line = f"{title}{_counted(agents)}{how if len(agents) > 1 else ''}"
    return f"{line}: {_who(agents)}" if names and agents else line


def _counted(agents: Sequence[Agent]) -> str:
    if not agents:
        return "nobody"
    states = [agent.is_active for agent in agents]
    if all(state is None for state in states):
        return f"{routing.count(len(agents), 'agent')}, and careCycle does not say who is active"
    unknown = states.count(None)
    line = f"{words.number(states.count(True))} of {routing.count(len(agents), 'agent')} active"
    return f"{line} ({words.number(unknown)} not known)" if unknown else line


def _who(agents: Iterable[Agent]) -> str:
    shown = [_named(agent) for agent in agents]
    more = len(shown) - _NAMES
    return ", ".join((*shown[:_NAMES], f"and {more:,} more") if more > 0 else shown)


def _named(agent: Agent) -> str:
    name = agent.member.user.name if agent.member and agent.member.user else None
    shown = words.literal(name or "", 40) or "without a name"
    return f"{shown} (off)" if agent.is_active is False else shown


def _person(agent: Agent) -> str | int:
    return agent.member_id or agent.id or id(agent)
