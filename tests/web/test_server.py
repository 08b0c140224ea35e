"""The drop page's server, asked over HTTP: uploads, limits, who may ask, what is kept and what is removed."""

from __future__ import annotations

import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from analyzer.web.desk import UPLOADS
from analyzer.web.guards import COOKIE
from tests.batch.bundles import SAMPLES
from tests.web.serving import FREEZE, NOTHING, PATIENCE, Server, started


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with started(tmp_path_factory.mktemp("served")) as running:
        yield running


def uploads(server: Server) -> list[Path]:
    return list((server.folder / UPLOADS).iterdir())


def test_a_bundle_gets_its_verdict_and_report(server: Server) -> None:
    status, answer = server.drop(FREEZE.read_bytes(), "<b>näme.tar.gz")
    assert status == 202
    told = server.wait(answer["id"])
    assert (told["state"], told["cause"], told["name"]) == ("done", "backup/freeze-already-frozen", "<b>näme.tar.gz")
    status, headers, page = server.ask("GET", f"/reports/{answer['id']}")
    assert status == 200
    assert page.startswith(b"<!DOCTYPE html>")
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert server.keeps_nothing()


def test_what_is_no_bundle_says_so(server: Server) -> None:
    status, answer = server.drop(b"%PDF-1.4 nothing of use", "letter.pdf")
    assert status == 202
    told = server.wait(answer["id"])
    assert told["state"] == "failed" or told["outcome"] == "not-enough"
    status, answer = server.drop(b"", "empty.tar.gz")
    told = server.wait(answer["id"])
    assert told["state"] == "failed"
    assert told["reason"]
    assert server.keeps_nothing()


def test_questions_are_checked_before_anything_is_queued(server: Server) -> None:
    status, answer = server.drop(FREEZE.read_bytes(), symptom="no such code at all")
    assert (status, "portal" in answer["reason"]) == (422, True)
    status, answer = server.drop(FREEZE.read_bytes(), at="yesterday-ish")
    assert status == 422
    status, answer = server.drop(FREEZE.read_bytes(), symptom="UserErrorFsFreezeFailed", at="2025-09-21 22:33")
    assert (status, server.wait(answer["id"])["cause"]) == (202, "backup/freeze-already-frozen")
    assert server.keeps_nothing()


def test_a_declared_length_over_the_limit_is_refused_unread(server: Server) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)) as connection:
        connection.putrequest("POST", "/bundles?name=large.tar", skip_host=True)
        given = {"Host": server.host, "Origin": f"http://{server.host}", "Content-Length": str(1 << 30)}
        for name, value in given.items():
            connection.putheader(name, value)
        connection.endheaders()
        with connection.getresponse() as answer:
            assert (answer.status, "8 MiB" in json.loads(answer.read())["reason"]) == (413, True)
    assert server.keeps_nothing()


def test_a_length_that_is_not_declared_is_counted(server: Server) -> None:
    def blocks() -> Iterator[bytes]:
        for _ in range(12):
            yield b"x" * (1 << 20)

    with suppress(BrokenPipeError, ConnectionResetError):  # the server may hang up, rightly, before all was sent
        assert server.ask("POST", "/bundles?name=large.tar", blocks())[0] == 413
    assert server.keeps_nothing()


def test_a_broken_off_upload_leaves_nothing(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port)) as raw:
        head = f"POST /bundles?name=x HTTP/1.1\r\nHost: {server.host}\r\nOrigin: http://{server.host}\r\n"
        raw.sendall(head.encode() + b"Content-Length: 100000\r\n\r\nonly this")
        came = time.monotonic() + PATIENCE
        while not uploads(server) and time.monotonic() < came:
            time.sleep(0.02)
        assert uploads(server)
    assert server.keeps_nothing()


def test_search_finds_earlier_bundles(server: Server) -> None:
    _, answer = server.drop(FREEZE.read_bytes(), "case-4711.tar.gz")
    server.wait(answer["id"])

    def found(words: str) -> list[str]:
        return [row["name"] for row in json.loads(server.ask("GET", f"/bundles?q={quote(words)}")[2])["bundles"]]

    assert found("CASE-4711") == ["case-4711.tar.gz"]
    assert "case-4711.tar.gz" in found("already-frozen 121")
    assert found("nothing like it %_' OR 1=1 --") == []


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8086", "127.0.0.1", "127.0.0.1:1", ""])
def test_a_foreign_host_name_gets_nothing(server: Server, host: str) -> None:
    for path in ("/", "/bundles", "/reports/x"):
        assert server.ask("GET", path, Host=host)[0] == 421


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec_Fetch_Site": "cross-site"},
    ],
)
def test_another_page_cannot_upload(server: Server, headers: dict[str, str]) -> None:
    assert server.ask("POST", "/bundles?name=x", b"x", **headers)[0] == 403


def test_no_origin_no_upload(server: Server) -> None:
    assert server.ask("POST", "/bundles?name=x", b"x", Origin=NOTHING)[0] == 403


def test_every_answer_is_guarded(server: Server) -> None:
    for path in ("/", "/bundles", "/bundles/none", "/reports/none", "/nothing"):
        _, headers, _ = server.ask("GET", path)
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["cache-control"] == "no-store"
        assert "server" not in headers
    policy = server.ask("GET", "/")[1]["content-security-policy"]
    assert "unsafe" not in policy
    assert "connect-src 'self'" in policy


@pytest.mark.parametrize("identity", ["..", "../triage.sqlite", "%2e%2e%2ftriage.sqlite", "x' OR '1'='1"])
def test_no_path_leads_out_of_the_reports(server: Server, identity: str) -> None:
    assert server.ask("GET", f"/reports/{quote(identity, safe='%/.')}")[0] == 404


def test_a_server_that_others_reach_asks_for_its_token(tmp_path: Path) -> None:
    with started(tmp_path, "sesame") as server:
        assert server.ask("GET", "/")[0] == 401
        assert server.ask("GET", "/?token=wrong")[0] == 401
        assert server.ask("POST", "/bundles?name=x", b"x")[0] == 401
        status, headers, _ = server.ask("GET", "/?token=sesame")
        assert (status, headers["location"]) == (303, "/")
        cookie = headers["set-cookie"].lower()
        assert f"{COOKIE}=sesame" in cookie
        assert "httponly" in cookie
        assert "samesite=strict" in cookie
        assert server.ask("GET", "/", Cookie=f"{COOKIE}=sesame")[0] == 200
        assert server.ask("GET", "/", Cookie=f"{COOKIE}=")[0] == 401


def test_two_users_at_once(server: Server) -> None:
    answers: dict[str, dict[str, Any]] = {}

    def use(path: Path) -> None:
        _, answer = server.drop(path.read_bytes(), path.name)
        answers[path.name] = server.wait(answer["id"])

    threads = [threading.Thread(target=use, args=[path]) for path in SAMPLES[:4]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {name: told["name"] for name, told in answers.items()} == {path.name: path.name for path in SAMPLES[:4]}
    assert all(told["state"] == "done" for told in answers.values())


def test_what_a_killed_server_left_is_removed(tmp_path: Path) -> None:
    (tmp_path / UPLOADS).mkdir()
    (tmp_path / UPLOADS / "left").write_bytes(b"x")
    with started(tmp_path) as server:
        assert not uploads(server)
