"""The one answer about an account: from memory, from the database, and of the account that is connected alone."""

from dataclasses import replace
from datetime import timedelta

from bot.clock import Clock
from bot.insight.assessment import Assessed, Assessment, OnIt, OpenProblem
from bot.insight.problems import AllStandingStill, PastEnd, StandingStill
from bot.records import Connection
from bot.store import profiles
from bot.store.database import Database
from bot.store.quiet import Place
from bot.workspaces import accounts
from bot.workspaces.accounts import Accounts
from bot.workspaces.assessments import FRESH, Assessments
from tests.conftest import Clockwork
from tests.samples.store_rows import KEY, NOW, at, audit_entry, connect

IDS = ("aaaa-1", "aaaa-2")


class Replica:
    """A program that reads accounts and answers people."""

    def __init__(self, db: Database, time: Clockwork, *, fixed: bool = False) -> None:
        clock = Clock(time.now, time.time)
        fixed_key = accounts.fixed_key("T1", KEY) if fixed else None
        self.assessments = Assessments(db, clock, lambda _: fixed_key)
        self.accounts = Accounts(db, clock)

    async def read(self, connection: Connection, *ids: str, troubled: bool = True, seconds: float = 0) -> None:
        """A reading of an account with these campaigns; all of them are past their end."""
        account = await self.accounts.read_with(("T1", None), connection, ids, whole=True)
        assert account
        problems = (OpenProblem(PastEnd(NOW), NOW, NOW),) if troubled else ()
        campaigns = {id_: Assessed(id_, "active", 9, 4, problems) for id_ in ids}
        still = AllStandingStill(NOW, ids) if troubled else None
        await self.assessments.save("T1", Assessment(at(seconds), campaigns, still, account=account))

    async def shown(self) -> set[str]:
        """The campaigns of which it says something."""
        current = await self.assessments.latest("T1")
        return set(current.assessment.campaigns) if current else set()


async def test_what_one_replica_read_every_other_one_shows_half_a_minute_later(db: Database) -> None:
    time = Clockwork(NOW.timestamp())
    here, there = Replica(db, time), Replica(db, time)
    connection = await connect(db)
    assert await there.shown() == set()
    await here.read(connection, *IDS)
    assert await here.shown() == set(IDS)
    assert here.assessments.known("T1")
    time.move(FRESH - 0.1)
    assert await there.shown() == set(), "what was looked up is remembered, also that there was nothing"
    time.move(0.2)
    assert there.assessments.known("T1") is None
    assert await there.shown() == set(IDS)


async def test_another_keys_account_begins_anew_and_the_first_one_finds_its_own(db: Database) -> None:
    here = Replica(db, Clockwork(NOW.timestamp()))
    await here.read(await connect(db), *IDS)
    second = await connect(db, when=at(60))
    here.assessments.forget("T1")
    assert await here.shown() == set()
    await here.read(second, "bbbb-1", seconds=61)
    assert await here.shown() == {"bbbb-1"}
    await profiles.disconnect(db, audit_entry("disconnected"))
    here.assessments.forget("T1")
    assert await here.shown() == set()
    third = await connect(db, when=at(120))
    await here.accounts.read_with(("T1", None), third, ["aaaa-2", "aaaa-3"], whole=True)
    here.assessments.forget("T1")
    assert await here.shown() == set(IDS), "what was known of it"


async def test_quiet_is_kept_for_ninety_days_at_most(db: Database) -> None:
    here = Replica(db, Clockwork(NOW.timestamp()))
    await here.read(await connect(db), *IDS)
    until = NOW + timedelta(days=365)
    current = await here.assessments.quieten(("T1", None), [(IDS[0], "past_end")], until, "U1", "")
    assert current
    assert [one.until for one in current.quiet.values()] == [NOW + timedelta(days=90)]


async def test_a_key_from_the_environment_has_an_account_too(db: Database) -> None:
    here = Replica(db, Clockwork(NOW.timestamp()), fixed=True)
    await here.read(Connection(KEY), *IDS)
    here.assessments.forget("T1")
    assert await here.shown() == set(IDS)
    assert await Replica(db, Clockwork(NOW.timestamp())).shown() == set()


async def test_who_takes_care_of_a_campaign_is_seen_until_a_day_after_its_trouble(db: Database) -> None:
    time = Clockwork(NOW.timestamp())
    here, there = Replica(db, time), Replica(db, time)
    connection = await connect(db)
    assert await here.assessments.take("T1", IDS[0], "U1") is None, "nothing was read yet"
    assert await here.assessments.give_back("T1", IDS[0]) is None
    here.assessments.forget("T1")
    await here.read(connection, *IDS)
    taken = await here.assessments.take("T1", IDS[0], "U1")
    await here.assessments.take("T1", "", "U2")
    assert taken
    assert taken.on_it == {IDS[0]: OnIt("U1", NOW)}
    seen = await there.assessments.latest("T1")
    assert seen
    assert seen.on_it == {IDS[0]: OnIt("U1", NOW), "": OnIt("U2", NOW)}
    for seconds, people in ((900, 2), (1_800, 2), (86_400 + 900, 0)):
        await here.read(connection, *IDS, troubled=False, seconds=seconds)
        current = await here.assessments.latest("T1")
        assert current
        assert len(current.on_it) == people
    await here.read(connection, *IDS, seconds=90_000)
    await here.assessments.take("T1", IDS[1], "U3")
    given = await here.assessments.give_back("T1", IDS[1])
    assert given
    assert given.on_it == {}


async def test_a_problem_stays_quiet_while_most_campaigns_stand_still_together(db: Database) -> None:
    """Then it is one problem of the account: its own has not ended."""
    here = Replica(db, Clockwork(NOW.timestamp()))
    connection = await connect(db)
    account = await here.accounts.read_with(("T1", None), connection, IDS, whole=True)
    assert account
    still = OpenProblem(StandingStill(NOW, 9.0), NOW, NOW)
    alone = {id_: Assessed(id_, "active", 9, 4, (still,) if id_ == IDS[0] else ()) for id_ in IDS}
    await here.assessments.save("T1", Assessment(NOW, alone, account=account))
    place: Place = (IDS[0], "standing_still")
    assert await here.assessments.quieten(("T1", None), [place], at(9 * 86_400), "U1", "")
    together = Assessment(
        NOW, {id_: Assessed(id_, "active", 9, 4) for id_ in IDS}, AllStandingStill(NOW, IDS), account=account
    )
    for days in (1, 3):
        current = await here.assessments.save("T1", replace(together, at=at(days * 86_400)))
        assert place in current.quiet
    for days in (4, 6):
        current = await here.assessments.save("T1", Assessment(at(days * 86_400), together.campaigns, account=account))
    assert place not in current.quiet
