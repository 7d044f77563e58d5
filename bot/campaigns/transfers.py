"""The part of a campaign that says where calls are transferred, and who may be rung."""

from pydantic import JsonValue, Secret, SecretStr

from bot.campaigns.record import Flag, Moment, Record, Whole


class User(Record):
    """A person at the agency."""

    id: str | None = None
    name: str | None = None
    email: SecretStr | None = None


class Member(Record):
    """A person's place in the organization."""

    id: str | None = None
    created_at: Moment | None = None
    client_id: str | None = None
    user_id: str | None = None
    role: str | None = None
    filter_data: JsonValue = None
    user: User | None = None


class Agent(Record):
    """A person whom a softphone transfer may ring."""

    id: str | None = None
    created_at: Moment | None = None
    updated_at: Moment | None = None
    routing_config_id: str | None = None
    member_id: str | None = None
    group_id: str | None = None
    priority: Whole | None = None
    weight: Whole | None = None
    last_call_at: Moment | None = None
    is_active: Flag | None = None
    skills: JsonValue = None
    member: Member | None = None


class Group(Record):
    """A tier of agents."""

    id: str | None = None
    created_at: Moment | None = None
    updated_at: Moment | None = None
    routing_config_id: str | None = None
    name: str | None = None
    description: str | None = None
    routing_type: str | None = None
    priority: Whole | None = None
    is_active: Flag | None = None
    agents: tuple[Agent, ...] | None = None


class RoutingConfig(Record):
    """How careCycle's own softphone finds an agent. Times are in seconds (inferred)."""

    id: str | None = None
    created_at: Moment | None = None
    updated_at: Moment | None = None
    name: str | None = None
    description: str | None = None
    routing_type: str | None = None
    client_id: str | None = None
    fallback_behavior: str | None = None
    fallback_number: SecretStr | None = None
    max_ring_per_agent: Whole | None = None
    max_wait_time: Whole | None = None
    try_customer_agent_first: Flag | None = None
    try_previous_softphone_agent_first: Flag | None = None
    customer_agent_priority: Whole | None = None
    previous_softphone_agent_priority: Whole | None = None
    state_based_routing: Flag | None = None
    state_routing_fallback: str | None = None
    agents: tuple[Agent, ...] | None = None
    groups: tuple[Group, ...] | None = None


class SuccessCondition(Record):
    """When the answer of a ping URL counts as "ring this number"."""

    field: str | None = None
    operator: str | None = None
    value: JsonValue = None


class DynamicOptions(Record):
    """How a dynamic transfer asks a partner which number to ring."""

    ping_url: SecretStr | None = None
    method: str | None = None
    timeout: Whole | None = None
    headers: Secret[JsonValue] | None = None
    body: Secret[JsonValue] | None = None
    transfer_number_field: str | None = None
    transfer_number: SecretStr | None = None
    success_conditions: tuple[SuccessCondition, ...] | None = None


class TransferConfig(Record):
    """Where a call is handed over to a person."""

    id: str | None = None
    created_at: Moment | None = None
    updated_at: Moment | None = None
    client_id: str | None = None
    name: str | None = None
    routing_config_id: str | None = None
    type: str | None = None
    warm_transfer: Flag | None = None
    direct_phone_number: SecretStr | None = None
    dynamic_options: DynamicOptions | None = None
    sip_uri: SecretStr | None = None
    sip_headers: Secret[JsonValue] | None = None
    warm_summary_prompt: SecretStr | None = None
    warm_mode: str | None = None
    softphone_fallback_type: str | None = None
    softphone_fallback_phone_number: SecretStr | None = None
    appointment_booking_enabled: Flag | None = None
    transfer_waiting_messages: tuple[str, ...] | None = None
    routing_config: RoutingConfig | None = None
