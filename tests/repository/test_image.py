"""The container image: the files that the Dockerfile copies are enough to run. The image itself is not built here."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from bot.config import Settings
from tests.plugins import machine_clock

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")


def test_what_the_image_holds_is_enough_to_run(tmp_path: Path) -> None:
    for source, target in re.findall(r"^COPY (\w[\w.]*) (\S+)$", DOCKERFILE, re.MULTILINE):
        path = ROOT / source
        copy = shutil.copytree if path.is_dir() else shutil.copy
        copy(path, tmp_path / (source if target == "." else target))
    environment = {"PATH": os.environ["PATH"], **machine_clock.environment(str(tmp_path)), "PYTHONSAFEPATH": "1"}
    command = [sys.executable, "-P", "-m", "bot", "manifest"]
    done = subprocess.run(  # noqa: S603 - our own program
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert "/campaign" in done.stdout


def test_the_image_runs_as_nobody_special_and_tells_its_health() -> None:
    assert re.search(r"^USER bot$", DOCKERFILE, re.MULTILINE)
    assert "/healthz" in DOCKERFILE.split("HEALTHCHECK")[1]


def test_the_playground_and_the_tests_are_not_in_the_image() -> None:
    assert "playground" not in DOCKERFILE
    assert "tests" not in DOCKERFILE


def test_what_the_image_writes_is_in_a_volume_of_its_user() -> None:
    assert "DATA_DIR=/data" in DOCKERFILE
    assert re.search(r"--owner bot --mode 700 /data", DOCKERFILE)
    assert DOCKERFILE.index("USER bot") < DOCKERFILE.index("VOLUME /data")


def test_the_compose_file_sets_what_the_program_reads_and_keeps_no_secret() -> None:
    compose = yaml.safe_load((ROOT / "compose.yml").read_text(encoding="utf-8"))
    bot, db = compose["services"]["bot"], compose["services"]["db"]
    assert set(bot["environment"]) <= {name.upper() for name in Settings.model_fields}
    Settings(_env_file=None, database_url=re.sub(r"\$\{\w+[^}]*\}", "x", bot["environment"]["DATABASE_URL"]))
    secrets = [value for part in (bot, db) for name, value in part["environment"].items() if "PASSWORD" in name]
    assert all(value.startswith("${") for value in secrets)
    assert bot["depends_on"]["db"]["condition"] == "service_healthy"
    assert "healthcheck" in db  # the bot's is in its image


@pytest.mark.parametrize("name", ["bot", "db"])
def test_a_container_has_limits_and_no_rights_that_it_does_not_need(name: str) -> None:
    one = yaml.safe_load((ROOT / "compose.yml").read_text(encoding="utf-8"))["services"][name]
    assert (one["read_only"], one["init"], one["cap_drop"]) == (True, True, ["ALL"])
    assert one["security_opt"] == ["no-new-privileges:true"]
    assert one["mem_limit"]
    assert 0 < one["pids_limit"] <= 256
    assert one["logging"] == {"driver": "json-file", "options": {"max-size": "10m", "max-file": "5"}}
    assert all(":size=" in place for place in one["tmpfs"])
    assert not {"privileged", "pid", "ipc", "network_mode", "deploy"} & set(one)  # `deploy` is for a swarm


def test_the_database_is_reached_by_the_bot_alone_and_can_write_where_it_has_to() -> None:
    compose = yaml.safe_load((ROOT / "compose.yml").read_text(encoding="utf-8"))
    bot, db = compose["services"]["bot"], compose["services"]["db"]
    (inside,) = db["networks"]
    assert compose["networks"][inside] == {"internal": True}
    assert "ports" not in db
    assert inside in bot["networks"]
    assert [one for one in bot["networks"] if not compose["networks"][one]]  # a port is published from such a one
    written = [*(place.split(":")[0] for place in db["tmpfs"]), *(place.split(":")[1] for place in db["volumes"])]
    assert set(written) == {"/tmp", "/run/postgresql", "/var/lib/postgresql/data"}  # noqa: S108 - in a container
    assert set(db["cap_add"]) == {"CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"}
    assert "cap_add" not in bot


def test_in_the_container_the_bot_listens_where_compose_publishes_it_whatever_env_file_says() -> None:
    bot = yaml.safe_load((ROOT / "compose.yml").read_text(encoding="utf-8"))["services"]["bot"]
    assert bot["env_file"] == ".env"  # which holds PORT and HOST for a bot outside a container
    (published,) = bot["ports"]
    assert published == f"${{BIND:-127.0.0.1}}:${{PORT:-3000}}:{bot['environment']['PORT']}"
    assert bot["environment"]["HOST"] == "0.0.0.0"  # noqa: S104 - else nobody outside the container reaches it
