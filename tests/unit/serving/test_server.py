"""The life of the managed server, with real processes and sockets; vLLM is a small program."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from docmind.errors import NoServer, ServerNotStarted
from docmind.serving.lease import ServerFolder, write_lease
from docmind.serving.processes import born
from docmind.serving.server import ManagedServer, Starting
from docmind.settings import Profile, ServerSettings
from tests.unit.serving.conftest import FAKE, Bench, free_port
from tests.waiting import until


def test_a_server_starts_is_found_and_stops_without_a_trace(bench: Bench) -> None:
    told = list(bench.server.start(bench.launch(), keep=True))
    running = bench.server.running()

    assert told
    assert isinstance(told[0], Starting)
    assert running is not None
    assert (running.model, running.window_tokens, running.version) == ("tiny", 8192, "0.33.0")
    assert running.pid == bench.pids()[0]
    assert bench.server.stop().server
    assert bench.server.running() is None
    assert not any(born(pid) for pid in bench.pids())
    assert bench.left() == []
    assert not bench.socket.exists()


def test_only_this_user_can_reach_the_socket_and_read_what_is_written(bench: Bench) -> None:
    bench.start()
    folder = ServerFolder(bench.home)

    assert stat.S_IMODE(bench.socket.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700
    assert stat.S_IMODE(folder.lease.stat().st_mode) == 0o600


def test_a_server_on_a_port_wants_the_key_that_only_this_user_reads(bench: Bench) -> None:
    port = free_port()
    list(bench.server.start(bench.launch(port=port), keep=True))
    running = bench.server.running()

    assert running is not None
    assert running.base_url == f"http://127.0.0.1:{port}/v1"
    assert len(running.api_key) >= 32
    folder = ServerFolder(bench.home)
    assert stat.S_IMODE(folder.api_key.stat().st_mode) == 0o600
    assert running.api_key not in folder.log.read_text()
    assert running.api_key not in folder.lease.read_text()
    assert not any(running.api_key in word for word in psutil.Process(running.pid).cmdline())
    assert bench.server.stop()
    assert not folder.api_key.exists()


def test_a_key_for_another_server_in_the_environment_does_not_lock_ours(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VLLM_API_KEY", "of another")

    bench.start()

    assert bench.server.running() is not None


def test_a_second_start_finds_the_first_ones_server(bench: Bench) -> None:
    bench.start()
    first = bench.server.running()

    assert list(bench.managed().start(bench.launch(), keep=True)) == []
    assert bench.managed().running() == first


def test_starts_at_the_same_time_give_one_server(bench: Bench) -> None:
    errors: list[Exception] = []

    def start() -> None:
        try:
            list(bench.managed().start(bench.launch(), keep=True))
        except Exception as error:  # noqa: BLE001 - told below
            errors.append(error)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    apis = [each for each in bench.left() if str(FAKE) in each.cmdline()]
    assert len(apis) == 1


def test_a_server_with_other_settings_is_not_replaced_in_silence(bench: Bench) -> None:
    bench.start()

    with pytest.raises(ServerNotStarted, match=r"folder, native, 8,192 .* folder, long") as caught:
        list(bench.managed().start(bench.launch(profile=Profile.LONG), keep=True))

    assert "docmind serve stop" in caught.value.hint
    assert bench.server.running() is not None


def test_a_failing_start_says_why_and_leaves_nothing(bench: Bench) -> None:
    with pytest.raises(ServerNotStarted, match="GPU's memory is not enough"):
        bench.start("fail")

    assert bench.left() == []
    failure = bench.server.last_failure
    assert failure is not None
    assert "docmind serve plan" in failure.hint


def test_what_cannot_be_executed_is_named(bench: Bench) -> None:
    launch = replace(bench.launch(), command=("/nowhere/vllm", "serve"))
    with pytest.raises(ServerNotStarted, match="/nowhere/vllm: No such file") as caught:
        list(bench.server.start(launch, keep=True))

    assert "docmind serve install" in caught.value.hint


def test_a_start_that_only_repeats_itself_is_given_up(bench: Bench) -> None:
    with pytest.raises(ServerNotStarted, match="no progress"):
        list(bench.managed(stall=1.0).start(bench.launch("hang"), keep=True))

    assert bench.left() == []


def test_a_busy_port_is_named_before_anything_starts(bench: Bench) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ServerNotStarted, match=f"Port {port} cannot be listened on"):
            list(bench.server.start(bench.launch(port=port), keep=True))

    assert not bench.pids_file.exists()


def test_a_stale_socket_is_no_obstacle(bench: Bench) -> None:
    ServerFolder(bench.home).make()
    with socket.socket(socket.AF_UNIX) as old:
        old.bind(str(bench.socket))

    bench.start()

    assert bench.server.running() is not None


def test_a_home_with_a_long_name_has_its_socket_elsewhere(bench: Bench, tmp_path: Path) -> None:
    home = tmp_path / ("long" * 30)
    home.mkdir()
    long = Bench(home)
    try:
        long.start()
        running = long.server.running()
        assert running is not None
        assert running.uds is not None
        assert home not in running.uds.parents
        assert stat.S_IMODE(running.uds.parent.stat().st_mode) == 0o700
    finally:
        long.server.stop()
        long.socket.parent.rmdir()


def test_a_killed_api_server_takes_its_engine_along(bench: Bench) -> None:
    bench.start()
    api, _ = bench.pids()

    running = bench.server.running()
    assert running is not None
    assert bench.server.holds(running)

    os.kill(api, signal.SIGKILL)

    until(lambda: not bench.server.holds(running))
    until(lambda: bench.server.last_failure)
    assert bench.server.running() is None
    until(lambda: not bench.left())


def test_a_killed_engine_ends_the_server_with_a_reason(bench: Bench) -> None:
    bench.start()
    _, engine = bench.pids()

    os.kill(engine, signal.SIGKILL)

    failure = until(lambda: bench.server.last_failure)
    assert failure.message == "vLLM's engine has died."
    until(lambda: not bench.left())


@pytest.mark.parametrize("act", ["serve", "deaf"])
def test_what_a_killed_supervisor_leaves_is_ended_by_stop(bench: Bench, act: str) -> None:
    bench.start(act)
    bench.supervisor().kill()
    until(lambda: not bench.supervisor_lives())

    stopped = bench.server.stop()

    assert stopped.orphans >= 1
    assert bench.left() == []


def test_what_a_killed_supervisor_leaves_is_ended_by_the_next_start(bench: Bench) -> None:
    bench.start()
    before = bench.pids()
    bench.supervisor().kill()
    until(lambda: not bench.supervisor_lives())

    bench.start()

    assert bench.server.running() is not None
    assert not any(born(pid) for pid in before)


def test_a_server_that_does_not_listen_to_signals_is_killed(bench: Bench) -> None:
    bench.start("deaf")
    bench.supervisor().suspend()
    api, engine = bench.pids()
    os.kill(bench.supervisor().pid, signal.SIGKILL)

    assert bench.server.stop()
    assert not any(born(pid) for pid in (api, engine))


def test_a_start_goes_on_when_the_docmind_that_began_it_is_killed(bench: Bench) -> None:
    program = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from pathlib import Path\n"
        "from tests.unit.serving.conftest import Bench\n"
        "bench = Bench(Path(sys.argv[2]))\n"
        "for each in bench.server.start(bench.launch('hang'), keep=True): print('x', flush=True)\n"
    )
    root = str(Path(__file__).parents[3])
    docmind = subprocess.Popen(
        [sys.executable, "-c", program, root, str(bench.home)], stdout=subprocess.PIPE
    )
    assert docmind.stdout is not None
    with docmind.stdout:
        docmind.stdout.readline()
        docmind.kill()
        docmind.wait()

    assert bench.server.loading is not None
    assert bench.server.stop().server
    assert bench.left() == []


def test_an_interrupted_start_stops_what_it_began(bench: Bench) -> None:
    events = bench.server.start(bench.launch("hang"), keep=True)
    next(events)
    events.close()

    assert bench.left() == []


def test_whoever_waits_for_anothers_start_may_leave_without_ending_it(bench: Bench) -> None:
    first = bench.server.start(bench.launch("hang"), keep=True)
    next(first)
    second = bench.managed().start(bench.launch("hang"), keep=True)
    next(second)

    second.close()

    assert bench.server.loading is not None


def test_a_lease_whose_processes_are_others_by_now_is_not_believed(bench: Bench) -> None:
    bench.start()
    lease = bench.server.lease
    assert lease is not None
    bench.server.stop()
    recycled = replace(lease, pid=os.getpid(), supervisor=os.getpid())
    write_lease(ServerFolder(bench.home), recycled)

    assert bench.server.running() is None
    assert not bench.server.stop()
    bench.start()
    assert bench.server.running() is not None


def test_a_server_whose_lease_cannot_be_read_is_stopped_all_the_same(bench: Bench) -> None:
    bench.start()
    supervisor = bench.supervisor()
    ServerFolder(bench.home).lease.write_text('{"id": "of another version"}', encoding="ascii")

    assert bench.server.stop().server

    assert not born(supervisor.pid)
    assert not any(born(pid) for pid in bench.pids())


def test_a_server_that_nobody_uses_ends_by_itself(bench: Bench) -> None:
    server = bench.hurried(idle_seconds=0.3)

    list(server.start(bench.launch(), keep=False))

    until(lambda: not bench.left())
    lease = server.lease
    assert lease is not None
    assert lease.message == "The server ended because nobody used it."


def test_a_server_in_use_or_to_be_kept_stays(bench: Bench) -> None:
    server = bench.hurried(idle_seconds=0.2)
    with server.attach():
        list(server.start(bench.launch(), keep=False))
        assert server.clients == 1
        list(server.start(bench.launch(), keep=True))
    assert server.clients == 0

    bench.wait_for_metrics(times=4)

    assert server.running() is not None


def test_who_removes_the_home_ends_the_server(bench: Bench) -> None:
    bench.start()
    supervisor = bench.supervisor()

    ServerFolder(bench.home).lease.unlink()

    until(lambda: not supervisor.is_running())
    assert bench.left() == []


def test_what_is_cached_on_disk_is_brought_within_its_limit_before_a_start(bench: Bench) -> None:
    kept = ServerFolder(bench.home).kv / "native"
    other = kept.with_name("long")
    for folder in (kept, other):
        folder.mkdir(parents=True)
        (folder / "a.bin").write_bytes(b"x" * 200)
    settings = ServerSettings(kv_offload_disk_gib=100 / 1024**3)

    launch = replace(bench.launch(), kv_folder=kept)
    list(ManagedServer(bench.home, settings).start(launch, keep=True))

    assert [*kept.iterdir(), *other.iterdir()] == []


def test_joining_waits_for_a_start_and_wants_the_same_settings(bench: Bench) -> None:
    with pytest.raises(NoServer, match="No server is running"):
        list(bench.server.join(keep=True))
    first = bench.server.start(bench.launch(), keep=True)
    next(first)

    assert list(bench.managed().join(keep=False))
    assert bench.server.running() is not None
    changed = ManagedServer(bench.home, ServerSettings(kv_cache_type="int8_per_token_head"))
    with pytest.raises(ServerNotStarted, match="with other settings"):
        list(changed.join(keep=True))


def test_processes_of_another_home_are_not_touched(bench: Bench, tmp_path: Path) -> None:
    bench.start()
    other = ManagedServer(tmp_path / "other", ServerSettings())

    assert not other.stop()

    assert bench.server.running() is not None
