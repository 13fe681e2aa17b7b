"""The embedded PostgreSQL: shared, restarted after a crash, reachable from odd folders."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from server.postgres import EmbeddedPostgres, PostgresError


@pytest.fixture
def folder() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="teller-pg-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


def answers(server: EmbeddedPostgres) -> bool:
    with psycopg.connect(server.url) as connection:
        return connection.execute("SELECT 1").fetchone() == (1,)


def postmaster(server: EmbeddedPostgres) -> psutil.Process:
    lines = (server.place / "postmaster.pid").read_text().splitlines()
    return psutil.Process(int(lines[0]))


def test_the_second_attaches_and_the_last_stops_it(folder: Path) -> None:
    first, second = EmbeddedPostgres(folder), EmbeddedPostgres(folder)
    first.start()
    try:
        second.start()
        first.stop()
        assert answers(second)
    finally:
        second.stop()

    assert not second.is_running()


def test_a_killed_server_is_started_again_with_its_data(folder: Path) -> None:
    said: list[str] = []
    server = EmbeddedPostgres(folder, say=said.append)
    server.start()
    try:
        with psycopg.connect(server.url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
        postmaster(server).send_signal(signal.SIGKILL)
        while server.is_running():
            time.sleep(0.01)

        assert server.ensure_running()
        assert not server.ensure_running()
        with psycopg.connect(server.url) as connection:
            assert connection.execute("SELECT number FROM kept").fetchone() == (7,)
    finally:
        server.stop()

    assert any("starting it again" in line for line in said)


def test_a_stale_pid_file_of_another_program_is_no_obstacle(folder: Path) -> None:
    server = EmbeddedPostgres(folder)
    server.start()
    postmaster(server).send_signal(signal.SIGKILL)
    file = server.place / "postmaster.pid"
    file.write_text("\n".join([str(os.getpid()), *file.read_text().splitlines()[1:]]))
    try:
        assert not server.is_running()
        server.start()
        assert answers(server)
    finally:
        server.stop()


def test_a_long_path_gets_a_short_socket(folder: Path) -> None:
    server = EmbeddedPostgres(folder / ("x" * 120))
    server.start()
    try:
        assert answers(server)
    finally:
        server.stop()
        shutil.rmtree(server.url.partition("host=")[2].replace("%2F", "/"), ignore_errors=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has folders that only root can enter")
def test_below_a_folder_of_root_the_data_lies_elsewhere_and_it_says_so(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    said: list[str] = []
    server = EmbeddedPostgres(closed / "var", say=said.append)
    server.start()
    try:
        assert answers(server)
        assert closed not in server.place.parents
        assert str(server.place) in said[0]
        assert closed.stat().st_mode & 0o777 == 0o700
    finally:
        server.stop()
        shutil.rmtree(server.place.parent, ignore_errors=True)


def test_data_of_another_version_is_refused_with_a_remedy(folder: Path) -> None:
    server = EmbeddedPostgres(folder)
    server.start()
    server.stop()
    (server.place / "PG_VERSION").write_text("13\n")

    with pytest.raises(PostgresError, match="pg_upgrade"):
        server.start()
    server.stop()


def test_nobody_else_may_connect(folder: Path) -> None:
    server = EmbeddedPostgres(folder)
    server.start()
    try:
        assert server.place.stat().st_mode & 0o077 == 0
    finally:
        server.stop()
