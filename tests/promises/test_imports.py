"""What could send, start or load something is imported only where it belongs."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.test_layers import modules, name_of

MAY = {
    "subprocess": {"analyzer.batch.guard"},  # its own children
    "ctypes": {"analyzer.memory"},  # the C library that Python runs on
    "importlib": {"analyzer.report.write", "analyzer.parsers"},  # of their own tables
    "socket": {"analyzer.web.serve"},
    "fsspec": {"analyzer.batch.remote"},
    "distributed": {"analyzer.batch.executor"},
    "uvicorn": {"analyzer.web"},
    "starlette": {"analyzer.web"},
    "asyncio": {"analyzer.web"},
    "secrets": {"analyzer.web", "analyzer.aside"},
}
"""Modules by who may import them; a package stands for all that is in it."""
NEVER = {
    "ssl", "socketserver", "http", "urllib.request", "urllib3", "requests", "httpx", "aiohttp", "ftplib",
    "smtplib", "telnetlib", "xmlrpc", "webbrowser", "pickle", "shelve", "marshal", "dill", "cloudpickle", "pty",
    "multiprocessing", "code", "runpy", "cffi", "yaml", "shutil.unpack_archive",
}  # fmt: skip
CALLS = {"eval", "exec", "compile", "__import__", "system", "popen", "extractall", "extract", "unpack_archive"}
OWN = {"re", "regex"}  # their compile() is another


def imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def within(name: str, packages: set[str]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def wrong(module: str, tree: ast.AST) -> list[str]:
    """What a module imports or calls and may not."""
    found = [name for name in imports(tree) if within(name, NEVER)]
    found += [
        name
        for name in imports(tree)
        for package, who in MAY.items()
        if within(name, {package}) and not within(module, who)
    ]
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            call = node.func
            if isinstance(call, ast.Name) and call.id in CALLS:
                found.append(call.id)
            elif isinstance(call, ast.Attribute) and call.attr in CALLS - {"compile", "eval", "exec", "extract"}:
                found.append(call.attr)
    return found


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_no_module_imports_what_it_may_not(path: Path) -> None:
    assert wrong(name_of(path), ast.parse(path.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    "text",
    [
        "import socket", "import http.client", "from urllib import request", "from urllib.request import urlopen",
        "import requests", "import subprocess", "import fsspec", "eval('1')", "tar.extractall()", "os.system('x')",
        "def f():\n    import pickle",
    ],
)  # fmt: skip
def test_it_would_be_seen(text: str) -> None:
    assert wrong("analyzer.anything", ast.parse(text))


def test_what_is_allowed_is_used() -> None:
    """An exception that nobody needs any more goes."""
    used = {name_of(path): set(imports(ast.parse(path.read_text("utf-8")))) for path in modules()}
    for package, who in MAY.items():
        for allowed in who:
            assert any(
                within(module, {allowed}) and any(within(name, {package}) for name in names)
                for module, names in used.items()
            ), f"{allowed} imports no {package}"
