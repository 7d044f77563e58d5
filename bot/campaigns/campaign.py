"""careCycle's answers as frozen models that mirror the API field by field. They know nothing of Slack.

Every field but a campaign's `id` and a page's `items` may be missing or null and is `None` then: "no data" is never 0.
Unknown fields are left out, and unknown enum values stay strings. Values that must not be shown or logged
("What it never does" in the README) are wrapped, so that printing them gives asterisks.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from pydantic import ConfigDict, JsonValue

from bot.campaigns.record import Flag, Moment, Record, Whole
from bot.campaigns.transfers import TransferConfig
from bot.errors import CareCycleError


class StatusCounts(Record):
    """How many customers have each status. States this program does not know are in `model_extra`."""

    model_config = ConfigDict(alias_generator=None, extra="allow")  # the API writes these names in snake case

    pending: Whole | None = None
    in_progress: Whole | None = None
    completed: Whole | None = None
    failed: Whole | None = None
    expired: Whole | None = None
    exceeded_max_calls: Whole | None = None
    cancelled: Whole | None = None
    skipped: Whole | None = None


class CustomerStats(Record):
    """Customers and calls. The counts need not add up to `total`: the API counts eight of nine states."""

    total: Whole | None = None
    total_calls: Whole | None = None
    today_calls: Whole | None = None
    status_counts: StatusCounts | None = None


class Features(Record):
    """What the assistant may do on a call."""

    transfers: Flag | None = None
    appointments: Flag | None = None
    inquiries: Flag | None = None
    check_plan: Flag | None = None


class Client(Record):
    """The organization. It is present only when the request asked for it."""

    id: str | None = None
    sms_company_name: str | None = None


class AppointmentConfig(Record):
    """How meetings are booked. Lengths are in minutes (inferred)."""

    id: str | None = None
    created_at: Moment | None = None
    updated_at: Moment | None = None
    client_id: str | None = None
    name: str | None = None
    concurrent_limit: Whole | None = None
    appointment_length: Whole | None = None
    appointment_spacing: Whole | None = None
    max_options: Whole | None = None
    min_date: str | None = None
    max_date: str | None = None
    min_hours: Whole | None = None
    preferred_mode: str | None = None
    pulse_workflow_id: str | None = None
    created_by: str | None = None
    updated_by: str | None = None


class Campaign(Record):
    """A calling campaign."""

    id: str
    created_at: Moment | None = None
    updated_at: Moment | None = None
    start_date: Moment | None = None
    end_date: Moment | None = None
    dial_afterhours: Flag | None = None
    name: str | None = None
    template_id: str | None = None
    template_name: str | None = None
    description: str | None = None
    status: str | None = None
    source_type: str | None = None
    enable_pulse: Flag | None = None
    pulse_workflow_id: str | None = None
    max_concurrent_calls: Whole | None = None
    suite: str | None = None
    max_attempts: Whole | None = None
    sms_company_name: str | None = None
    required_vars: tuple[JsonValue, ...] | None = None
    client: Client | None = None
    has_inquiry_callback: Flag | None = None
    customer_stats: CustomerStats | None = None
    features: Features | None = None
    transfer_config: TransferConfig | None = None
    transfer_config_ids: tuple[str, ...] | None = None
    call_form_id: str | None = None
    appointment_config: AppointmentConfig | None = None
    campaign_automations: tuple[JsonValue, ...] | None = None
    assistants: tuple[JsonValue, ...] | None = None  # in the API's answer beside the campaign, not in it

    @property
    def switches(self) -> dict[str, bool | None]:
        """Whether each feature is switched on, by its name for people. None: the API does not say."""
        on = self.features or Features()
        return {
            "transfers": on.transfers,
            "appointments": on.appointments,
            "inquiries": on.inquiries,
            "plan check": on.check_plan,
            "Pulse": self.enable_pulse,
        }


class CampaignPage(Record):
    """One page of the list of campaigns."""

    items_total: Whole | None = None  # over all pages, as the API counts
    current_page: Whole | None = None
    next_page: Whole | None = None
    prev_page: Whole | None = None
    items: tuple[Campaign, ...] = ()
    read_at: Moment | None = None  # set by who asked, whatever careCycle sends

    def read(self, at: datetime) -> Self:
        """Return the page with the moment at which it was read."""
        return self.model_copy(update={"read_at": at})


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Reading:
    """A campaign as it was read at one moment."""

    campaign: Campaign
    as_of: datetime  # when it was read
    cached: bool = False  # it comes from memory
    problem: CareCycleError | None = None  # why it is not newer, when a request for it failed
    again_at: datetime | None = None  # when to ask careCycle again, after a rate limit
    link: str = ""  # opens the campaign in careCycle
    packed_bytes: int = 0  # bytes it takes when packed, set in the cache
    most_items: int | None = None  # in all lists and objects of the record, at most; None: not known
