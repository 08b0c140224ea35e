"""The reports that are kept in `expected/`, in the form in which a change of them can be read.

Markdown and terminal are kept whole. HTML stands without its style and script, which are files of the repository,
with the hash of what its data blocks hold (not of their bytes, which follow the zlib at hand), and with one line for
each part of a picture.
"""

from __future__ import annotations

import base64
import hashlib
import re
import zlib
from collections.abc import Iterator
from pathlib import Path

from analyzer.report.html import render_html
from analyzer.report.markdown import render_markdown
from analyzer.report.terminal import render_terminal
from tests.browser import cases

FOLDER = Path(__file__).resolve().parent / "expected"
KEPT = (
    "agent-wireserver-blocked",
    "backup-freeze-busy",
    "disk-full",
    "healthy-agent",
    "platform",
    "undetermined",
    "windows-vss-writer-timeout",
)
WITH_HTML = ("backup-freeze-busy", "windows-vss-writer-timeout")
WIDTH = 100
_STYLE = re.compile(r"(<style>).*?(</style>)", re.DOTALL)
_SCRIPT = re.compile(r"(<script>).*?(</script>)", re.DOTALL)
_PICTURE = re.compile(r"<svg.*?</svg>", re.DOTALL)
_HASHES = re.compile(r"'sha256-[^']+'")
_DATA = re.compile(r'(<script type="application/octet-stream"[^>]*>)(.*?)(</script>)', re.DOTALL)


def reports(name: str) -> dict[str, str]:
    """The reports on a case, by the ending of their file."""
    document = cases.document(name)
    made = {"md": render_markdown(document), "txt": render_terminal(document, colour=False, width=WIDTH)}
    return made | ({"html": readable(render_html(document))} if name in WITH_HTML else {})


def readable(html: str) -> str:
    """The page without what would drown a change of its words."""
    html = _DATA.sub(lambda block: f"{block[1]}{_hash_of_data(block[2])}{block[3]}", html)
    html = _SCRIPT.sub(r"\1…\2", _STYLE.sub(r"\1…\2", html))
    html = _PICTURE.sub(lambda picture: picture[0].replace("><", ">\n<"), html)
    return _HASHES.sub("'sha256-…'", html)


def _hash_of_data(packed: str) -> str:
    """Data blocks are deflated (with zlib's, gzip's or no header) and in base64."""
    data = base64.b64decode(packed)
    for bits in (zlib.MAX_WBITS | 32, -zlib.MAX_WBITS):
        try:
            return f"sha256 {hashlib.sha256(zlib.decompress(data, bits)).hexdigest()}"
        except zlib.error:
            continue
    raise ValueError("a data block that is not deflated")


def files() -> Iterator[tuple[Path, str]]:
    """(where it is kept, what is kept), for every report."""
    for name in KEPT:
        for ending, text in reports(name).items():
            yield FOLDER / f"{name}.{ending}", text
