"""Stop in the order in which nobody notices: what others do instead, then the door, then what was promised."""

import asyncio
from dataclasses import dataclass, field
from functools import partial

from bot.delivery.scheduler import Scheduler
from bot.parts import SHORT
from bot.slack.http.readiness import Readiness
from bot.slack.http.server import HttpServer
from bot.slack.reply.background import BackgroundTasks
from bot.slack.socket_mode import Socket
from bot.stopping import Shutdown

DRAIN = 15.0  # seconds for answers under way; one may wait 10 s for careCycle before it is sent
_HAND_BACK = 10.0  # seconds for deliveries under way; another replica or the next start goes on with the rest
_CLOSE = 5.0  # more seconds to hand back the rest
_SOCKET = 5.0  # seconds to send the acks under way and close the connection


@dataclass(slots=True)
class Leaving:
    """How the running program stops."""

    shutdown: Shutdown
    readiness: Readiness
    web: HttpServer
    scheduler: Scheduler
    socket: Socket | None
    tasks: BackgroundTasks
    _others: list[asyncio.Task[None]] = field(default_factory=list)

    async def let_clients_go(self, seconds: float) -> None:
        """For so many seconds be not ready, and serve all the same: a load balancer goes to other replicas meanwhile.

        Digests and Socket Mode have no balancer that would have to notice, so they end at once.
        """
        self.readiness.is_leaving = True
        self.web.leave()
        self._others = [asyncio.create_task(self._end_digests()), asyncio.create_task(self._end_socket())]
        await self.shutdown.delay(seconds)

    async def finish(self) -> None:
        """End deliveries and answers at the same time: one after the other could take longer than the grace period."""
        await asyncio.gather(self._end_digests(), self._end_answers(), *self._others)

    async def _end_answers(self) -> None:
        await self._end_socket()
        await self.shutdown.end("answers", partial(self.tasks.drain, DRAIN), DRAIN + SHORT)

    async def _end_digests(self) -> None:
        await self.shutdown.end("digests", partial(self.scheduler.stop, _HAND_BACK), _HAND_BACK + _CLOSE)

    async def _end_socket(self) -> None:
        if self.socket:
            await self.shutdown.end("Socket Mode", self.socket.stop, _SOCKET)
