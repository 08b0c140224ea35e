"""A drop page's server in this process, and requests to it."""

from __future__ import annotations

import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from analyzer.batch import executor
from analyzer.batch.job import Job
from analyzer.web.app import make_app
from analyzer.web.desk import UPLOADS, Desk
from analyzer.web.serve import hosts_of, server_of
from tests.batch.bundles import SAMPLES

FREEZE = next(path for path in SAMPLES if path.name == "backup-freeze-busy.tar.gz")
MOST = 8 << 20
QUESTION = Job("", "", seconds=60)
NOTHING = "-"  # in place of a header that is not sent
PATIENCE = 120  # seconds that an answer or a verdict has: far more than they need on a busy machine


class Server:
    """A running server, and requests to it."""

    def __init__(self, port: int, folder: Path) -> None:
        self.port, self.folder = port, folder
        self.host = f"127.0.0.1:{port}"

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, dict[str, str], bytes]:
        given = {"Host": self.host} | ({"Origin": f"http://{self.host}"} if method == "POST" else {})
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)) as connection:
            connection.request(method, path, body, {k: v for k, v in (given | named).items() if v is not NOTHING})
            with connection.getresponse() as answer:
                return answer.status, {key.lower(): value for key, value in answer.getheaders()}, answer.read()

    def drop(self, data: bytes, name: str = "ticket.tar.gz", **query: str) -> tuple[int, dict[str, Any]]:
        asked = "&".join(f"{key}={quote(value)}" for key, value in {"name": name, **query}.items())
        status, _, body = self.ask("POST", f"/bundles?{asked}", data)
        return status, json.loads(body)

    def wait(self, identity: str) -> dict[str, Any]:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            told: dict[str, Any] = json.loads(self.ask("GET", f"/bundles/{identity}")[2])
            if told["state"] in ("done", "failed"):
                return told
            time.sleep(0.05)
        raise AssertionError("there is no verdict")

    def keeps_nothing(self) -> bool:
        """Whether all that was uploaded goes away: a verdict is told a moment before its bundle is removed."""
        until = time.monotonic() + PATIENCE
        while list((self.folder / UPLOADS).iterdir()):
            if time.monotonic() > until:
                return False
            time.sleep(0.02)
        return True


@contextmanager
def started(folder: Path, token: str | None = None, question: Job = QUESTION) -> Iterator[Server]:
    with socket.create_server(("127.0.0.1", 0)) as listening, executor.local(2) as (pool, _):
        port = int(listening.getsockname()[1])
        desk = Desk(folder, pool, question)
        app = make_app(desk, hosts_of("127.0.0.1", port), token, MOST)
        server = server_of(app, "127.0.0.1", port)
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        try:
            while not server.started:
                assert thread.is_alive(), "the server does not start"
                time.sleep(0.01)
            yield Server(port, folder)
        finally:
            server.should_exit = True
            thread.join()
            desk.close()
