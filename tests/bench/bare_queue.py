"""What digests are compared with: DBOS alone, and a workflow that does nothing. `python -m tests.bench.bare_queue`.

Arguments: the address of the database, and how many to enqueue. Runs, as one of several, until there is nothing left.
"""

import asyncio
import logging
import sys
from uuid import uuid4

from dbos import DBOS

logging.getLogger("dbos").addHandler(logging.NullHandler())


@DBOS.workflow(name="nothing")
async def nothing(number: int) -> None:
    """The least a workflow can do."""


async def main(url: str, count: int) -> None:
    """Enqueues, and works until all is done, by whomever."""
    me = uuid4().hex
    DBOS(
        config={
            "name": "bare-queue",
            "system_database_url": url,
            "executor_id": me,
            "application_version": "1",
            "use_listen_notify": False,
            "max_executor_threads": 6,
            "sys_db_pool_size": 12,
            "log_level": "ERROR",
        }
    )
    DBOS.launch()
    await DBOS.register_queue_async("bare", worker_concurrency=20, polling_interval_sec=0.3)
    for start in range(0, count, 50):
        await asyncio.gather(
            *(
                DBOS.enqueue_workflow_with_options_async(
                    {"workflow_name": "nothing", "queue_name": "bare", "workflow_id": f"{me}-{number}"}, number
                )
                for number in range(start, min(start + 50, count))
            )
        )
    await _until_done()
    await asyncio.get_running_loop().run_in_executor(None, DBOS.destroy)


async def _until_done() -> None:
    left = True
    while left:
        await asyncio.sleep(0.2)  # without a limit: its parent kills it
        left = bool(await DBOS.list_workflows_async(status=["ENQUEUED", "PENDING"], limit=1, load_input=False))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
