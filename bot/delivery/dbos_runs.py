"""Add, list, hand back and delete the workflows that DBOS keeps in the queue of deliveries. Every call blocks.

A workflow is one attempt at one delivery. Its id is the run's id, `#`, and the number of the attempt.
"""

import threading
import time
from collections.abc import Collection, Iterable
from hashlib import sha256

from dbos import DBOS, EnqueueOptions

from bot.digests.due import Ticket

QUEUE, WORKFLOW = "digests", "deliver"
VERSION = "1"  # of the workflow's steps and their order, not of the program
_OVER = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
_TIDY = 500  # workflows deleted at a time
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
    """Return the ids of the workflows in progress, each with the name of its replica, which may have died."""
    found = DBOS.list_workflows(status="PENDING", queue_name=QUEUE, load_input=False, load_output=False)
    return {one.workflow_id: one.executor_id or "" for one in found}


def hand_back(runs: Collection[str]) -> None:
    """Put the workflows with these ids back into the queue, for another replica to repeat."""
    if runs:
        DBOS.resume_workflows(list(runs), queue_name=QUEUE)


def are_waiting() -> bool:
    """Return whether workflows of this VERSION wait for a worker. Other versions may have no worker left."""
    return bool(
        DBOS.list_workflows(status="ENQUEUED", queue_name=QUEUE, app_version=VERSION, limit=1, load_input=False)
    )


def forget(before: str) -> int:
    """Delete at most 500 workflows that ended before `before` (ISO 8601). Return how many."""
    found = DBOS.list_workflows(
        status=_OVER, completed_before=before, queue_name=QUEUE, limit=_TIDY, load_input=False, load_output=False
    )
    if found:
        DBOS.delete_workflows([one.workflow_id for one in found])
    return len(found)


def stop_workers(dbos: DBOS, within: float) -> None:
    """Let no worker take another workflow, and wait up to `within` seconds for those that are starting one.

    DBOS.destroy ends its event loop before its workers, so a worker that is starting a workflow would wait forever.
    """
    for event in dbos.background_thread_stop_events:
        event.set()
    until = time.monotonic() + within
    while (workers := _workers()) and (left := until - time.monotonic()) > 0:
        if workers[0].ident is None:
            time.sleep(_STARTING)  # the thread has not started yet, and cannot be joined
        else:
            workers[0].join(left)


def _workers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("queue-worker-")]
