"""Start the drop page: a port, the hosts that it answers to, a token where others can reach it."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Callable
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from analyzer.batch import executor
from analyzer.batch.guard import end_children
from analyzer.batch.job import Job
from analyzer.web.app import make_app
from analyzer.web.desk import Desk

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def serve(
    host: str, port: int, folder: Path, question: Job, workers: int, most: int, say: Callable[[str], None]
) -> None:
    """Serve until somebody stops it. `say` hears the address, token included. OSError when the port is taken,
    StoreError when another process works with the folder."""
    token = None if host in LOOPBACK else secrets.token_urlsafe(24)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family) as listening, executor.local(workers) as (pool, _):
        desk = Desk(folder, pool, question)
        try:
            app = make_app(desk, hosts_of(host, port), token, most)
            say(f"http://{_bracketed(host)}:{port}/" + (f"?token={token}" if token else ""))
            server_of(app, host, port).run(sockets=[listening])
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
            desk.close()
            end_children()


def server_of(app: Starlette, host: str, port: int) -> uvicorn.Server:
    """The server of an application, which tells nobody what it is made of."""
    config = uvicorn.Config(
        app, host, port, log_level="warning", server_header=False, limit_concurrency=200, timeout_keep_alive=10
    )
    return uvicorn.Server(config)


def hosts_of(host: str, port: int) -> frozenset[str]:
    """What a browser may send as Host: the loopback names, and the name or address that the server was started for."""
    names = {name.lower() for name in (*map(_bracketed, LOOPBACK), _bracketed(host))}
    return frozenset({f"{name}:{port}" for name in names} | (names if port == 80 else set()))


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
