"""What the library of the queue logs while its database is away."""

import logging
import traceback
from typing import Any

from bot.delivery import dbos_log

LOG = logging.getLogger("dbos")


def _raise() -> None:
    raise TimeoutError("SELECT secret FROM customers")


def _fails(text: str) -> None:
    """Log as DBOS does where it catches an error."""
    try:
        _raise()
    except TimeoutError as error:
        LOG.warning("%s: %s %s", text, error, traceback.format_exc(), exc_info=True)


def test_a_line_comes_once_without_a_traceback_and_without_the_text_of_the_error(
    log_lines: list[dict[str, Any]],
) -> None:
    dbos_log.keep_short()
    dbos_log.keep_short()
    for _ in range(20):
        _fails("Exception polling the schedules of this test")
        _fails("Exception listing the queues of this test")
    LOG.warning("Something else of this test")
    assert [line["event"] for line in log_lines] == [
        "Exception polling the schedules of this test (TimeoutError)",
        "Exception listing the queues of this test (TimeoutError)",
        "Something else of this test",
    ]
    assert not any("exception" in line or "secret" in str(line) for line in log_lines)
