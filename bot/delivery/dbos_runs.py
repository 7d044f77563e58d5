"""Add, list, hand back and delete the runs that DBOS keeps in the queue of deliveries. Every call blocks."""

import threading
import time
from collections.abc import Collection, Iterable
from hashlib import sha256

from dbos import DBOS, EnqueueOptions

from bot.digests.due import Ticket

QUEUE, WORKFLOW = "digests", "deliver"
VERSION = "1"  # of the workflow's steps and their order, not of the program
_OVER = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
_TIDY = 500  # runs deleted at a time
_STARTING = 0.01  # seconds between two checks whether a thread has started


def enqueue(tickets: Iterable[Ticket]) -> None:
    """Put these attempts into the queue. One that was put there before is left as it is."""
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
    """Return a fingerprint of the workspace's id, since DBOS keeps it for a day after the workspace has left."""
    return sha256(workspace_id.encode()).hexdigest()[:12]


def begun() -> dict[str, str]:
    """Return the runs that are in progress, each with the name of its replica. That replica may have died."""
    found = DBOS.list_workflows(status="PENDING", queue_name=QUEUE, load_input=False, load_output=False)
    return {one.workflow_id: one.executor_id or "" for one in found}


def hand_back(runs: Collection[str]) -> None:
    """Put these runs back into the queue, for another replica to go on with."""
    if runs:
        DBOS.resume_workflows(list(runs), queue_name=QUEUE)


def are_waiting() -> bool:
    """Return whether runs of this VERSION wait for a worker. For another version there may be no worker left."""
    return bool(
        DBOS.list_workflows(status="ENQUEUED", queue_name=QUEUE, app_version=VERSION, limit=1, load_input=False)
    )


def forget(before: str) -> int:
    """Delete runs that were over before then (ISO 8601), at most a few hundred, and return how many."""
    found = DBOS.list_workflows(
        status=_OVER, completed_before=before, queue_name=QUEUE, limit=_TIDY, load_input=False, load_output=False
    )
    if found:
        DBOS.delete_workflows([one.workflow_id for one in found])
    return len(found)


def stop_workers(dbos: DBOS, within: float) -> None:
    """Let no worker take another run, and wait up to `within` seconds for those that are handing one over.

    DBOS.destroy would end its event loop before its workers, and one that is handing over a run would wait forever.
    """
    for event in dbos.background_thread_stop_events:
        event.set()
    until = time.monotonic() + within
    while (workers := _workers()) and (left := until - time.monotonic()) > 0:
        if workers[0].ident is None:
            time.sleep(_STARTING)  # it has not started yet, and cannot be joined
        else:
            workers[0].join(left)


def _workers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("queue-worker-")]
