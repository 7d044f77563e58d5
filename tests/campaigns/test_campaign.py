"""Every field careCycle sends is kept, whatever else it sends is survived, and what is secret stays so."""

import copy
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from pydantic import BaseModel, Secret, SecretStr, ValidationError

from bot.campaigns.campaign import Campaign, CampaignPage
from bot.carecycle.lenient_parsing import read
from bot.errors import Unreadable
from playground.samples import crowded, samples
from tests.conftest import AEP, text_of
from tests.samples.any_campaign import FIELDS, campaigns

SAMPLE: Final = next(sample for sample in samples() if sample["id"] == AEP)
TOMORROWS: Final = ("Win-back 2027", "Load trial")  # samples as careCycle may send them one day
Path = tuple[str | int, ...]


def named(sample: dict[str, Any]) -> str:
    return str(sample["id"][:8] if len(sample.get("name", "")) > 40 else sample.get("name"))


def leaves(data: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every value in JSON that holds no other, with the way to it."""
    if isinstance(data, dict | list) and data:
        for step, inner in data.items() if isinstance(data, dict) else enumerate(data):
            yield from leaves(inner, (*path, step))
    else:
        yield path, data


def field_of(record: BaseModel, key: str) -> str | None:
    return next((name for name, field in type(record).model_fields.items() if (field.alias or name) == key), None)


def kept(record: Any, path: Path) -> Any:
    """What the models hold at this way through the API's JSON."""
    for step in path:
        while isinstance(record, Secret | SecretStr):
            record = record.get_secret_value()
        if isinstance(record, BaseModel):
            name = field_of(record, str(step))
            assert name, f"{type(record).__name__} has no field for {step}, of {'.'.join(map(str, path))}"
            record = getattr(record, name)
        else:
            record = record[step]
    return record.get_secret_value() if isinstance(record, Secret | SecretStr) else record


@pytest.mark.parametrize("sample", [one for one in samples() if one.get("name") not in TOMORROWS], ids=named)
def test_every_field_careCycle_sends_is_kept(sample: dict[str, Any]) -> None:  # noqa: N802 - its name
    campaign, dropped = read(Campaign, copy.deepcopy(sample))
    assert dropped == ()
    for path, value in leaves(sample):
        held = kept(campaign, path)
        if isinstance(held, datetime):
            assert (held, held.utcoffset()) == (datetime.fromisoformat(value), timedelta(0))
        else:
            assert (list(held) if isinstance(held, tuple) else held) == value, path


def models(annotation: Any) -> Iterator[type[BaseModel]]:
    """The records a field may hold."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from models(part)


def all_fields(record: type[BaseModel], at: str = "") -> Iterator[str]:
    for name, field in record.model_fields.items():
        path = f"{at}{field.alias or name}"
        yield path
        for inner in models(field.annotation):
            yield from all_fields(inner, f"{path}.")


def test_the_samples_hold_every_field_the_models_know() -> None:
    """So that the test above looks at all of them."""
    sent = {".".join(s for s in path[:n] if isinstance(s, str)) for one in samples() for path, _ in leaves(one)
            for n in range(len(path) + 1)}  # fmt: skip
    assert set(all_fields(Campaign)) - sent == {"assistants"}  # it stands beside the campaign in the answer


def test_campaigns_that_are_made_up_may_have_every_field() -> None:
    assert {field.alias or name for name, field in Campaign.model_fields.items()} == FIELDS


def places(data: Any, path: Path = ()) -> Iterator[Path]:
    """The way to every part of JSON, great and small; of like items in a list to the first."""
    if path:
        yield path
    for step, inner in data.items() if isinstance(data, dict) else list(enumerate(data))[:1] if _is_list(data) else ():
        yield from places(inner, (*path, step))


def _is_list(data: Any) -> bool:
    return isinstance(data, list)


def changed(path: Path, value: Any = ...) -> dict[str, Any]:
    """The sample with another value there, or none at all."""
    campaign: dict[str, Any] = copy.deepcopy(SAMPLE)
    place: Any = campaign
    for step in path[:-1]:
        place = place[step]
    if value is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return campaign


PLACES: Final = [path for path in places(SAMPLE) if path != ("id",)]
FREE: Final = {"requiredVars", "campaignAutomations", "filterData", "skills", "sipHeaders"}  # any JSON will do


def names(path: Path) -> str:
    return ".".join(map(str, path))


@pytest.mark.parametrize("path", PLACES, ids=names)
def test_a_field_may_be_missing_or_null(path: Path) -> None:
    assert read(Campaign, changed(path))[1] == ()
    if isinstance(path[-1], str):
        campaign, dropped = read(Campaign, changed(path, None))
        assert (kept(campaign, path), dropped) == (None, ())


@pytest.mark.parametrize("path", [path for path in PLACES if not FREE & set(path)], ids=names)
def test_a_value_of_the_wrong_type_is_no_data_and_nothing_else_is_lost(path: Path) -> None:
    campaign, dropped = read(Campaign, changed(path, {"odd": 1} if _is_list(kept_json(path)) else [[{"odd": 1}]]))
    assert all(name == names(path) or name.startswith(f"{names(path)}.") for name in dropped)
    assert dropped
    assert campaign.model_dump() == read(Campaign, changed(path))[0].model_dump()


def kept_json(path: Path) -> Any:
    place: Any = SAMPLE
    for step in path:
        place = place[step]
    return place


NO_NUMBERS: list[Any] = [True, "12", 1.5, [12], float("inf")]


@pytest.mark.parametrize("value", NO_NUMBERS, ids=str)
def test_what_only_looks_like_a_number_is_none(value: Any) -> None:
    campaign, dropped = read(Campaign, {"id": AEP, "customerStats": {"total": value, "todayCalls": 0}})
    assert campaign.customer_stats
    assert (campaign.customer_stats.total, campaign.customer_stats.today_calls) == (None, 0)
    assert dropped == ("customerStats.total",)


def test_no_data_is_not_nought() -> None:
    campaign, _ = read(Campaign, {"id": AEP, "customerStats": {"statusCounts": {"failed": 0}}, "features": {}})
    assert campaign.customer_stats
    assert campaign.customer_stats.status_counts
    assert campaign.features
    assert (campaign.customer_stats.total, campaign.customer_stats.status_counts.failed) == (None, 0)
    assert (campaign.features.transfers, campaign.max_attempts, campaign.enable_pulse) == (None, None, None)
    assert campaign.required_vars is None


@pytest.mark.parametrize("when", ["0001-01-01T00:00:00+05:30", "9999-12-31T23:59:59-05:00", "2026-13-45", "soon", True])
def test_a_date_no_calendar_has_is_no_data(when: Any) -> None:
    campaign, dropped = read(Campaign, {"id": AEP, "name": "kept", "startDate": when})
    assert (campaign.start_date, campaign.name, dropped) == (None, "kept", ("startDate",))


def test_unknown_fields_and_values_are_survived() -> None:
    sent = changed(("status",), "archiving") | {"newField": {"a": [1]}, "__proto__": 3, "class": None}
    sent["customerStats"]["statusCounts"]["awaiting_call"] = 5
    campaign, dropped = read(Campaign, sent)
    assert (campaign.status, dropped) == ("archiving", ())
    assert campaign.customer_stats
    assert campaign.customer_stats.status_counts
    assert campaign.customer_stats.status_counts.model_extra == {"awaiting_call": 5}
    assert not hasattr(campaign, "newField")


@pytest.mark.parametrize("sent", [None, [], "text", 3, {}, {"id": None}, {"id": 7}, {"id": []}, {"campaign": {}}])
def test_what_has_no_id_is_no_campaign(sent: Any) -> None:
    with pytest.raises(Unreadable, match="no Campaign in the answer"):
        read(Campaign, sent)


def test_odd_items_of_a_list_are_left_out() -> None:
    items = [None, {"id": AEP, "name": 3}, {"name": "x", "status": 4}, "text", {"id": 3}, {"id": "b"}]
    page, dropped = read(CampaignPage, {"items": items, "currentPage": "1"})
    assert [campaign.id for campaign in page.items] == [AEP, "b"]
    assert (page.current_page, page.items[0].name, "currentPage" in dropped) == (None, None, True)


@given(campaigns())
@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
def test_secrets_are_never_in_what_is_printed_of_a_campaign(sent: dict[str, Any]) -> None:
    campaign, dropped = read(Campaign, sent)
    for told in (repr(campaign), str(campaign), text_of(campaign.model_dump(mode="json")), str(dropped)):
        assert "SECRET" not in told
        assert "secret.agent" not in told
        assert "5550142" not in told.replace("-", "")


def test_what_is_secret_is_not_in_an_error_either() -> None:
    secret = {"sipUri": ["SECRET"], "directPhoneNumber": 12125550142, "dynamicOptions": {"timeout": "SECRET"}}
    with pytest.raises(ValidationError) as raised:
        Campaign.model_validate({"id": AEP, "transferConfig": secret})
    assert "SECRET" not in f"{raised.value} {raised.value!r}"
    assert "5550142" not in f"{raised.value} {raised.value!r}"


def test_ten_thousand_agents_are_read() -> None:
    campaign, dropped = read(Campaign, json.loads(json.dumps(crowded())))
    assert campaign.transfer_config
    assert campaign.transfer_config.routing_config
    assert len(campaign.transfer_config.routing_config.agents or ()) == 10_000
    assert dropped == ()
