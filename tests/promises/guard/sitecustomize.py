"""Python imports this at its start where the folder is on PYTHONPATH: from then on it watches what the process does.

GUARD_LOG is the file that gets a line for each thing that is forbidden, GUARD_OUTPUT the folders (separated by ':')
that may be written to. What is forbidden also fails, so that nothing that was told here was done.
"""

from __future__ import annotations

import os
import sys

_LOG = os.open(os.environ["GUARD_LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
_OUTPUT = tuple(os.path.realpath(folder) for folder in os.environ["GUARD_OUTPUT"].split(":"))
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_NAMELESS = getattr(os, "O_TMPFILE", 0)
_NEVER = (
    "socket.", "urllib.", "http.", "ftplib.", "smtplib.", "imaplib.", "poplib.", "telnetlib.", "webbrowser.", "os.exec",
    "os.system", "os.posix_spawn", "os.spawn", "os.startfile", "os.fork", "pty.spawn", "pickle.find_class", "os.link",
    "os.symlink", "os.chown", "os.setxattr",
)  # fmt: skip
_PATHS = {
    "os.rename": 2, "os.remove": 1, "os.rmdir": 1, "os.mkdir": 1, "os.chmod": 1, "os.truncate": 1, "os.utime": 1,
    "shutil.rmtree": 1, "shutil.move": 2, "tempfile.mkstemp": 1, "tempfile.mkdtemp": 1, "sqlite3.connect": 1,
}  # fmt: skip
_SERVANT = [sys.executable, "-P", "-m", "analyzer.batch.child"]


def _forbid(event: str, detail: object) -> None:
    os.write(_LOG, f"{event} {detail!r}\n".encode("utf-8", "backslashreplace"))
    raise PermissionError(f"the guard forbids {event} {detail!r}")


def _mine(path: object) -> bool:
    if isinstance(path, int):
        return True  # a descriptor that is open already
    text = os.path.realpath(os.fsdecode(path))  # type: ignore[arg-type]
    return text == os.devnull or any(text == folder or text.startswith(folder + os.sep) for folder in _OUTPUT)


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open":
        path, _mode, flags = arguments
        assert isinstance(flags, int)
        if flags & _WRITING and not (_NAMELESS and flags & _NAMELESS == _NAMELESS) and not _mine(path):
            _forbid(event, path)
    elif event == "subprocess.Popen":
        if list(arguments[1])[:4] != _SERVANT:  # type: ignore[call-overload]
            _forbid(event, arguments[1])
    elif event == "ctypes.dlopen":
        if arguments[0] is not None:  # None is the process itself
            _forbid(event, arguments[0])
    elif event in _PATHS:
        for path in arguments[: _PATHS[event]]:
            if not _mine(path):
                _forbid(event, path)
    elif event.startswith(_NEVER):
        _forbid(event, arguments[:1])


sys.addaudithook(_watch)
