"""The drop page's routes (Starlette): the page, uploads, how a bundle stands, search, reports."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from analyzer.batch.asking import wrong_question
from analyzer.batch.job import Job
from analyzer.report.html import content_security_policy
from analyzer.web.desk import Desk
from analyzer.web.guards import Guards
from analyzer.web.page import render_page

_MOST_NAME = 200
_ROOM = 1 << 30  # bytes that an upload must leave on the disk


class Routes:
    """The handlers; `most` is what one upload may hold."""

    def __init__(self, desk: Desk, most: int) -> None:
        self._desk, self._most = desk, most

    async def page(self, request: Request) -> Response:
        text, policy = render_page(self._most)
        return HTMLResponse(text, headers={"Content-Security-Policy": policy})

    async def upload(self, request: Request) -> Response:
        """The body is the bundle; `name`, `symptom` and `at` are in the query."""
        query = request.query_params
        name = Path(query.get("name", "").replace("\\", "/")).name[:_MOST_NAME] or "bundle"
        declared = request.headers.get("content-length", "0")
        if declared.isdigit() and int(declared) > self._most:
            return self._too_large()
        identity, path = self._desk.place()
        try:
            if not await self._receive(request, path):
                path.unlink(missing_ok=True)
                return self._too_large()
        except (OSError, ClientDisconnect) as error:
            path.unlink(missing_ok=True)
            reason = getattr(error, "strerror", None) or "the upload was broken off"
            return JSONResponse({"reason": f"The bundle could not be taken: {reason}."}, 507)
        given = {key: query.get(key, "").strip() or None for key in ("symptom", "at")}
        wrong = await asyncio.to_thread(wrong_question, Job("", "", given["symptom"], given["at"]))
        if wrong:
            path.unlink(missing_ok=True)
            return JSONResponse({"reason": f"{wrong}."}, 422)
        self._desk.take(identity, name, path, given["symptom"], given["at"])
        return JSONResponse({"id": identity, "name": name, "state": "queued"}, 202)

    async def _receive(self, request: Request, path: Path) -> bool:
        """Whether all of the body is in the file; it is counted, since a declared length may lie."""
        size = 0
        with path.open("xb") as file:
            async for block in request.stream():
                size += len(block)
                if size > self._most or shutil.disk_usage(path.parent).free < _ROOM:
                    return False
                await asyncio.to_thread(file.write, block)
        return True

    def _too_large(self) -> Response:
        reason = f"The bundle is larger than {self._most >> 20} MiB, the limit of this server (--max-upload)."
        return JSONResponse({"reason": reason}, 413, headers={"Connection": "close"})

    async def bundle(self, request: Request) -> Response:
        told = await asyncio.to_thread(self._desk.told, request.path_params["id"])
        return JSONResponse(told) if told else JSONResponse({"reason": "No such bundle."}, 404)

    async def search(self, request: Request) -> Response:
        found = await asyncio.to_thread(self._desk.search, request.query_params.get("q", "")[:500])
        return JSONResponse({"bundles": found})

    async def report(self, request: Request) -> Response:
        path = await asyncio.to_thread(self._desk.report, request.path_params["id"])
        if path is None or not path.exists():
            return HTMLResponse("<!DOCTYPE html><title>vmtriage</title><p>There is no such report.", 404)
        policy = f"{content_security_policy()}; frame-ancestors 'none'"
        return FileResponse(path, media_type="text/html", headers={"Content-Security-Policy": policy})


def make_app(desk: Desk, hosts: frozenset[str], token: str | None, most: int) -> Starlette:
    """The application; see `Guards` for hosts and token."""
    routes: Any = Routes(desk, most)
    return Starlette(
        routes=[
            Route("/", routes.page),
            Route("/bundles", routes.search, methods=["GET"]),
            Route("/bundles", routes.upload, methods=["POST"]),
            Route("/bundles/{id}", routes.bundle),
            Route("/reports/{id}", routes.report),
        ],
        middleware=[Middleware(Guards, hosts=hosts, token=token)],
    )
