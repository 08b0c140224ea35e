"""Whole runs in a world without network, and in one where nothing but the output can be written."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.promises import work
from tests.shared import ROOT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="left out: namespaces are Linux's")

OFFLINE = ["unshare", "--user", "--map-root-user", "--net"]
# Every mount is made read-only that can be, then the output's own one is writable again.
READ_ONLY = """
mount --bind "$0" "$0" || exit 99
while read -r _ place _; do
    [ "$place" = "$0" ] || mount -o remount,bind,ro "$place" 2>/dev/null
done < /proc/self/mounts
for place in "$1" /tmp "$HOME_BEFORE"; do touch "$place/vmtriage-was-here" 2>/dev/null && exit 98; done
cd "$0" || exit 99
shift
exec "$@"
"""


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return work.inbox(tmp_path_factory.mktemp("shut"))


def shut_in(output: Path) -> list[str]:
    """The beginning of a command line that runs the rest where only `output` can be written."""
    beginning = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", READ_ONLY, str(output), str(ROOT)]
    tried = subprocess.run([*beginning, "true"], env={"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "HOME_BEFORE": "/root"})
    assert tried.returncode != 98, "a place could still be written to"
    if tried.returncode:
        pytest.skip("left out: this system lets nobody mount a file system")
    return beginning


def offline() -> list[str]:
    """The beginning of a command line that runs the rest without any network; it is tried out first."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        script = f"import socket; socket.create_connection(('127.0.0.1', {server.getsockname()[1]}), 5)"
        assert subprocess.run([sys.executable, "-c", script], capture_output=True).returncode == 0
        tried = subprocess.run([*OFFLINE, sys.executable, "-c", script], capture_output=True)
    if b"unshare" in tried.stderr:
        pytest.skip("left out: this system lets nobody have a network of his own")
    assert tried.returncode != 0
    return OFFLINE


@pytest.mark.parametrize("name", sorted(work.commands(Path())))
def test_without_a_network(name: str, inbox: Path, tmp_path: Path) -> None:
    done = work.done(work.commands(inbox)[name], tmp_path, {"XDG_CACHE_HOME": str(tmp_path)}, offline())
    assert done.returncode == 0, done.stderr.decode()
    if name == "analyze linux":
        assert json.loads((tmp_path / "r.json").read_text("utf-8"))["verdict"]["outcome"] == "named"


@pytest.mark.parametrize("name", sorted(work.commands(Path())))
def test_only_the_output_can_be_written(name: str, inbox: Path, tmp_path: Path) -> None:
    """With no home folder, and a cache folder that nobody may write to."""
    output = tmp_path / "output"
    output.mkdir()
    environment = {"XDG_CACHE_HOME": "/proc/nowhere", "HOME_BEFORE": "/root"}
    done = work.done(work.commands(inbox)[name], output, environment, shut_in(output))
    assert done.returncode == 0, done.stderr.decode()
    assert list(output.iterdir()) or name == "signatures"
