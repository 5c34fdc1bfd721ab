"""The embedded database comes up whatever happened before, and nothing outlives its owner."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from casework.postgres.roles import ready_database
from casework.postgres.server import Server
from tests.database import CARELESS
from tests.platform.waiting import until

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another user")


@pytest.fixture
def var(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder that the server's user can enter, unlike pytest's own."""
    folder = Path("/tmp") / f"casework-server-{os.getpid()}-{tmp_path_factory.mktemp('n').name}"
    folder.mkdir(mode=0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def server(var: Path) -> Iterator[Server]:
    server = Server(var, settings=CARELESS)
    yield server
    server.stop()


def postmaster(server: Server) -> int:
    file = server.places.data / "postmaster.pid"
    return int(file.read_text(encoding="ascii").split("\n", 1)[0])


def exists(pid: int) -> bool:
    return Path(f"/proc/{pid}/cwd").exists()


def write_row(server: Server) -> None:
    connection = server.connect()
    with connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS kept (n int)")
        cursor.execute("INSERT INTO kept VALUES (1)")
    connection.close()


def rows(server: Server) -> int:
    connection = server.connect()
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM kept")
        found = cursor.fetchone()
    connection.close()
    assert found is not None
    return int(found[0])


def test_what_was_written_is_there_after_a_second_start(server: Server) -> None:
    server.start()
    write_row(server)
    server.stop()
    assert not server.alive()
    server.start()
    assert rows(server) == 1


def test_a_killed_server_starts_again_with_what_was_committed(server: Server) -> None:
    server.settings = {**CARELESS, "synchronous_commit": "on"}
    server.start()
    write_row(server)
    os.kill(postmaster(server), signal.SIGKILL)
    assert until(lambda: not server.running)
    server.start()
    assert rows(server) == 1


def test_of_two_starts_at_once_one_runs_and_the_other_joins(var: Path) -> None:
    both = [starter(var), starter(var)]
    pids = {word(process) for process in both}
    assert "None" in pids
    assert len(pids) == 2
    assert Server(var, settings=CARELESS).alive()
    for process in both:
        end(process)


def test_logins_and_database_made_twice_at_once_are_made_once(server: Server) -> None:
    server.start()
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: ready_database(server), range(4)))
    assert len(set(made)) == 1


def test_a_pid_file_of_a_stranger_does_not_stop_the_start(server: Server) -> None:
    server.start()
    os.kill(postmaster(server), signal.SIGKILL)
    assert until(lambda: not server.running)
    lines = f"{os.getpid()}\n{server.places.data}\n1\n5432\n\n\n\n"
    (server.places.data / "postmaster.pid").write_text(lines, encoding="ascii")
    server.start()
    assert server.alive()


def test_an_interrupted_creation_is_begun_anew(server: Server) -> None:
    half = server.places.home / "data.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("half")
    server.start()
    assert server.alive()


def starter(var: Path) -> "subprocess.Popen[str]":
    """Start a process that starts the server, says the number of what it started, and stays."""
    program = (
        "import pathlib, threading\n"
        "from casework.postgres.server import Server\n"
        f"server = Server(pathlib.Path({str(var)!r}), settings={CARELESS!r})\n"
        "server.start()\n"
        "print(server.process and server.process.pid, flush=True)\n"
        "threading.Event().wait(60)\n"
    )
    return subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)


def word(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def end(process: "subprocess.Popen[str]") -> None:
    process.kill()
    process.communicate()


def test_the_server_ends_with_the_process_that_started_it(var: Path) -> None:
    process = starter(var)
    pid = int(word(process))
    assert exists(pid)
    end(process)
    assert until(lambda: not exists(pid))


def test_secrets_are_closed_to_others(server: Server, var: Path) -> None:
    server.start()
    assert (var / "secrets").stat().st_mode & 0o777 == 0o700
    for secret in (var / "secrets").iterdir():
        assert secret.stat().st_mode & 0o777 == 0o600


def test_only_the_socket_is_open_and_it_is_private(server: Server) -> None:
    server.start()
    assert server.places.socket.stat().st_mode & 0o777 == 0o700
    connection = server.connect()
    with connection, connection.cursor() as cursor:
        cursor.execute("SHOW listen_addresses")
        assert cursor.fetchone() == ("",)
    connection.close()


def test_a_wrong_password_is_refused(server: Server, var: Path) -> None:
    server.start()
    (var / "secrets" / "casework_superuser").write_text("wrong")
    assert not server.alive()


def test_a_deep_folder_gets_a_short_socket(var: Path) -> None:
    deep = var / ("d" * 60) / ("e" * 60)
    server = Server(deep, settings=CARELESS)
    server.start()
    try:
        assert server.alive()
        assert len(str(server.places.socket)) < 60
        assert server.places.socket.stat().st_mode & 0o777 == 0o700
    finally:
        server.stop()
        shutil.rmtree(server.places.socket)


@as_root
def test_a_private_clone_keeps_its_data_where_the_server_can_reach_it(var: Path) -> None:
    private = var / "home"
    private.mkdir(mode=0o700)
    server = Server(private / "var", settings=CARELESS)
    server.start()
    try:
        noted = json.loads((private / "var" / "postgres.json").read_text())
        assert server.alive()
        assert Path(noted["home"]) == server.places.home
        assert Server(private / "var").places == server.places
    finally:
        server.stop()
        shutil.rmtree(server.places.home)


@as_root
def test_programs_in_a_private_folder_are_copied(var: Path) -> None:
    from casework.postgres.binaries import find_binaries, reachable

    binaries = find_binaries()
    private = var / "private"
    private.mkdir(mode=0o700)
    package = binaries.parents[1]
    for part in (package, package.with_name(package.name + ".libs")):
        if part.is_dir():
            shutil.copytree(part, private / part.name)
    inside = binaries.relative_to(package.parent)
    server = Server(var / "var", settings=CARELESS)
    found = reachable(private / inside, server.account, server.places.home)
    assert found == server.places.home / "programs" / inside
    assert server.account.runs([str(found / "initdb"), "--version"])
