"""`campaign-bot doctor` says how often campaigns are read."""

from pathlib import Path

import pytest

from bot.cli.doctor.offline import offline
from bot.config import Settings


@pytest.mark.parametrize(
    ("minutes", "said"), [(15, "is read every 15 minutes (READ_EVERY)"), (0, "READ_EVERY is 0: campaigns are not read")]
)
def test_it_says_the_interval_or_that_nothing_is_read(minutes: int, said: str, tmp_path: Path) -> None:
    made = Settings(_env_file=None, read_every=minutes, data_dir=tmp_path)
    lines = [line.says for line in offline(made, {})]
    assert any(said in line for line in lines)
