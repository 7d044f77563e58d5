"""The runs in the queue of deliveries, as DBOS keeps them: put in, found, handed back, forgotten. All of it blocks."""

import threading
import time
from collections.abc import Collection, Iterable
from hashlib import sha256

from dbos import DBOS, EnqueueOptions

from bot.digests.due import Ticket

QUEUE, WORKFLOW = "digests", "deliver"
VERSION = "1"  # of the workflow's steps and their order; the program's own may be any
_OVER = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
_TIDY = 500  # runs that are forgotten at a time
_STARTING = 0.01  # seconds until it is looked again whether a thread has started


def enqueue(tickets: Iterable[Ticket]) -> None:
    """Put them into the queue; one that was put there before is left as it is."""
    for ticket in tickets:
        options: EnqueueOptions = {
            "workflow_name": WORKFLOW,
            "queue_name": QUEUE,
            "workflow_id": f"{ticket.run}#{ticket.attempt}",
            "queue_partition_key": _partition(ticket.workspace_id),
            "app_version": VERSION,
        }
        DBOS.enqueue_workflow_with_options(options, ticket.run, ticket.attempt)


def _partition(workspace_id: str) -> str:
    """Each workspace's own, but not its name: what DBOS keeps stays for a day when the workspace has left."""
    return sha256(workspace_id.encode()).hexdigest()[:12]


def begun() -> dict[str, str]:
    """Runs that somebody works on, or worked on when it died, each with the name of the replica."""
    found = DBOS.list_workflows(status="PENDING", queue_name=QUEUE, load_input=False, load_output=False)
    return {one.workflow_id: one.executor_id or "" for one in found}


def hand_back(runs: Collection[str]) -> None:
    """Let somebody else go on with these."""
    if runs:
        DBOS.resume_workflows(list(runs), queue_name=QUEUE)


def are_waiting() -> bool:
    """Whether some wait for a worker. Of another version nothing counts: nobody may be left who takes it."""
    return bool(
        DBOS.list_workflows(status="ENQUEUED", queue_name=QUEUE, app_version=VERSION, limit=1, load_input=False)
    )


def forget(before: str) -> int:
    """Forget those that were over by then (ISO 8601), at most a few hundred; how many."""
    found = DBOS.list_workflows(
        status=_OVER, completed_before=before, queue_name=QUEUE, limit=_TIDY, load_input=False, load_output=False
    )
    if found:
        DBOS.delete_workflows([one.workflow_id for one in found])
    return len(found)


def stop_workers(dbos: DBOS, within: float) -> None:
    """Let no worker take another run, and wait for those that are just handing one over, at most so many seconds.

    DBOS.destroy would end the loop before its workers: one that hands over a run by then waits for ever.
    """
    for event in dbos.background_thread_stop_events:
        event.set()
    until = time.monotonic() + within
    while (workers := _workers()) and (left := until - time.monotonic()) > 0:
        if workers[0].ident is None:
            time.sleep(_STARTING)  # it is only being started, and cannot be joined yet
        else:
            workers[0].join(left)


def _workers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("queue-worker-")]
