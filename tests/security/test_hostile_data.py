"""What an attacker's review found in data from careCycle, kept from coming back."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from blocks.campaigns import campaign as campaign_card
from blocks.campaigns import details
from bot.campaigns.campaign import Campaign, CampaignPage
from bot.campaigns.routing.phrases import host_of, sip_host_of
from bot.carecycle.http import new_http_client
from bot.carecycle.lenient_parsing import read
from tests.conftest import AEP, reading
from tests.drivers.carecycle_answers import KEY, Api, answer
from tests.drivers.slack_limits import check_blocks, check_view


@pytest.mark.parametrize("item", [1, {}])
def test_a_list_of_nonsense_as_long_as_an_answer_can_be_goes_whole(item: Any) -> None:
    """Unseen by pydantic, which would hold everybody up for ten seconds."""
    sent = {"id": AEP, "name": "x", "transferConfig": {"routingConfig": {"agents": [item] * 600_000}}}
    found, dropped = read(Campaign, sent)
    assert (found.name, dropped) == ("x", ("transferConfig.routingConfig.agents",))


def test_a_part_nested_too_deep_goes_alone() -> None:
    deep: Any = 1
    for _ in range(300):
        deep = [deep]
    found, dropped = read(Campaign, {"id": AEP, "name": "x", "requiredVars": ["a", deep, "b"]})
    assert (found.name, found.required_vars, len(dropped)) == ("x", ("a", "b"), 1)


@pytest.mark.parametrize("wrap", [lambda one: [one], lambda one: {"a": one}], ids=["lists", "objects"])
def test_what_is_nested_beyond_any_sense_in_a_field_nobody_reads_breaks_nothing(wrap: Callable[[Any], Any]) -> None:
    deep: Any = 1
    for _ in range(5_000):
        deep = wrap(deep)
    found, dropped = read(Campaign, {"id": AEP, "name": "x", "newField": deep})
    assert (found.name, dropped) == ("x", ())


@pytest.mark.parametrize(("sent", "kept"), [(20_000, 20_000), (20_001, None)])
def test_a_list_deep_in_a_page_goes_when_it_is_longer_than_any_agency_needs(sent: int, kept: int | None) -> None:
    config = {"routingConfig": {"agents": [{}], "groups": [{"agents": [{"name": "a"}] * sent}]}}
    page, dropped = read(CampaignPage, {"items": [{"id": AEP, "transferConfig": config}]})
    transfer = page.items[0].transfer_config
    assert transfer
    assert transfer.routing_config
    (group,) = transfer.routing_config.groups or ()
    assert kept == (None if group.agents is None else len(group.agents))
    assert dropped == (() if kept else ("items.0.transferConfig.routingConfig.groups.0.agents",))


@pytest.mark.parametrize(("sent", "kept"), [(20_000, 20_000), (20_001, None)])
async def test_an_answer_with_room_for_too_long_a_list_is_looked_through(sent: int, kept: int | None) -> None:
    """Most are not: there are too few commas in them."""
    body = {"campaign": {"id": AEP, "name": "x", "requiredVars": [1] * sent}}
    found = await Api(answer(200, json.dumps(body))).carecycle.get_campaign(KEY, AEP)
    assert kept == (None if found.required_vars is None else len(found.required_vars))


def test_of_more_problems_than_are_worth_naming_the_long_lists_go_whole_and_the_others_stay() -> None:
    routing = {"agents": [{"id": 1, "memberId": 2}] * 10_001}
    sent = {"id": AEP, "name": 7, "requiredVars": ["a"] * 1_000, "transferConfig": {"routingConfig": routing}}
    found, dropped = read(Campaign, sent)
    assert dropped == ("transferConfig.routingConfig.agents", "name")
    assert (found.name, len(found.required_vars or ())) == (None, 1_000)


@pytest.mark.parametrize("status", [" ", "\u200b", "\u202e"])
def test_a_status_of_nothing_visible_is_none(status: str) -> None:
    one = reading({"id": AEP, "status": status})
    check_blocks([dict(block) for block in campaign_card.card(one).blocks], "message")
    check_view(dict(details.card(one, names=True)))
    assert "Status not given" in str(campaign_card.card(one).blocks)


def test_numbers_too_long_to_write_out_are_said_by_their_size() -> None:
    number = int("9" * 4300)
    stats = {"total": 1, "statusCounts": {"completed": number, "failed": number}}
    routing = {"maxWaitTime": number, "maxRingPerAgent": number, "agents": [{"isActive": True}]}
    transfer = {"type": "softphone", "routingConfig": routing}
    one = reading({"id": AEP, "customerStats": stats, "features": {"transfers": True}, "transferConfig": transfer})
    assert len(json.dumps(campaign_card.card(one).blocks)) < 4000
    assert "over 10^4300" in str(campaign_card.card(one).blocks) or "over 10^4299" in str(
        campaign_card.card(one).blocks
    )
    assert details.card(one, names=True)


@pytest.mark.parametrize(
    "url",
    [
        "https://PLANTED/abc@partner.example/x",
        "https://PLANTED#x@partner.example",
        "https://partner.example;token=PLANTED/",
        "https://partner.example&token=PLANTED",
        "https://partner.example\\PLANTED/path",
        "https://partner.example token=PLANTED/",
        "https://partner.example%2FPLANTED/",
        "https://PLANTED:443/abc@real.host",
        "PLANTED",
    ],
)
def test_nothing_of_a_ping_url_is_shown_but_a_host_beyond_doubt(url: str) -> None:
    assert "planted" not in (host_of(SecretStr(url)) or "").lower()
    assert host_of(SecretStr("https://user:PLANTED@Partner.example:8443/PLANTED?k=PLANTED")) == "partner.example"


def test_a_sip_host_of_digits_is_a_number_and_not_shown() -> None:
    assert sip_host_of(SecretStr("sip:trunk@12125550142")) is None
    assert sip_host_of(SecretStr("sip:trunk@sip.partner.example:5061;transport=tls")) == "sip.partner.example"


def test_an_e_mail_address_is_not_shown_wherever_it_stands() -> None:
    agents = [{"isActive": True, "member": {"user": {"name": "dana@agency.example"}}}]
    transfer = {"type": "softphone", "name": "Ask bob@agency.example", "routingConfig": {"agents": agents}}
    sent = {
        "id": AEP,
        "name": "AEP for eve@agency.example",
        "description": "mail eve@agency.example",
        "status": "x@y.zz",
    }
    one = reading({**sent, "features": {"transfers": True}, "transferConfig": transfer})
    shown = str((campaign_card.card(one).text, campaign_card.card(one).blocks, details.card(one, names=True)))
    assert "@agency" not in shown
    assert "AEP for (e-mail)" in shown


async def test_no_cookie_of_one_key_travels_with_another() -> None:
    seen: list[str | None] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers.get("cookie"))
        return httpx.Response(200, headers={"set-cookie": "session=of-one-key; Path=/"})

    async with new_http_client() as client:
        client._transport = httpx.MockTransport(answer)
        for _ in range(2):
            await client.get("https://api.carecycle.example/")
    assert seen == [None, None]
