"""How many campaigns the account of Sunrise holds: its samples, and as many more as one likes."""

from playground.carecycle import CareCycle
from playground.life import Life
from playground.samples import EXTRA, SUNRISE, hundreds

SIZES = (50, 500)  # what the panel offers, besides the samples alone


def campaigns(carecycle: CareCycle) -> int:
    """How many campaigns Sunrise's account holds."""
    return len(_own(carecycle))


def crowd(carecycle: CareCycle, life: Life | None, count: int) -> None:
    """Makes Sunrise's account hold `count` campaigns; never fewer than its samples. Raises ValueError above 5,000."""
    if not 0 <= count <= 5000:
        raise ValueError("from 0 to 5,000 campaigns")
    for id_ in [id_ for id_ in carecycle.campaigns if id_.endswith(EXTRA)]:
        del carecycle.campaigns[id_]
    more = hundreds(max(0, count - campaigns(carecycle)))
    carecycle.campaigns |= {one["id"]: one for one in more}
    if life:
        life.meet(more)


def _own(carecycle: CareCycle) -> list[str]:
    clients = {id_: one.get("client") for id_, one in carecycle.campaigns.items()}
    return [id_ for id_, client in clients.items() if not isinstance(client, dict) or client.get("id") == SUNRISE]
