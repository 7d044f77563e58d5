"""Assemble the parts that deliver digests."""

from datetime import timedelta

from bot.clock import Clock
from bot.config import Settings
from bot.delivery.announcements import Announcements
from bot.delivery.compose import Composer
from bot.delivery.deliver import Deliverer
from bot.delivery.dependencies import Dependencies
from bot.delivery.late_lines import LateLines
from bot.delivery.notifications import Notifications
from bot.delivery.operations import DigestOperations
from bot.delivery.ownership import Ownership
from bot.delivery.pace import Pace
from bot.delivery.scheduler import Scheduler
from bot.delivery.slack_port import LinePort, SlackPort
from bot.delivery.unbroken import Unbroken
from bot.digests.digest import Limits
from bot.readings.reader import Readings
from bot.replicas.heartbeat import Heartbeat
from bot.store.database import Database
from bot.workspaces.registry import Workspaces


def digests_of(
    settings: Settings,
    db: Database,
    clock: Clock,
    workspaces: Workspaces,
    readings: Readings,
    heartbeat: Heartbeat,
    ports: tuple[SlackPort, LinePort],
    pace: Pace | None,
) -> tuple[DigestOperations, Scheduler, Notifications]:
    """Make what people can do with digests, what runs them, and what tells people of their trouble."""
    slack, lines = ports
    limits = Limits(settings.digests_per_workspace, settings.digest_campaigns, settings.digest_times)
    composer = Composer(db, clock, readings, limits.campaigns)
    grace = timedelta(minutes=settings.digest_grace)
    shared, ownership = Dependencies(db, clock, workspaces, slack), Ownership(db, clock, slack)
    notifications = Notifications(shared, ownership, unbroken := Unbroken())
    deliverer = Deliverer(shared, composer, ownership, notifications, grace)
    hold = timedelta(seconds=(pace or Pace()).hold)
    late_lines = LateLines(db, clock, lines, grace, unbroken, hold)
    announcements = Announcements(shared, ownership, unbroken, settings.command)
    regular = {"announce digests": announcements.tell, "say which digests are late": late_lines.look}
    scheduler = Scheduler(settings, db, clock, deliverer, notifications, heartbeat, pace, regular, unbroken)
    operations = DigestOperations(shared, composer, limits, scheduler.wake)
    return operations, scheduler, notifications
