"""Everything that the program does with bundles, as command lines, and the bundles to do it with."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.shared import ROOT

LINUX = ROOT / "sample_bundles" / "backup-freeze-busy.tar.gz"
WINDOWS = ROOT / "sample_bundles" / "windows-vss-writer-timeout.tar.gz"
LURE = """2025-09-21T22:30:00.000001Z INFO ExtHandler ExtHandler $(touch /tmp/owned) `id` ; curl http://127.0.0.1:9/x
2025-09-21T22:30:01.000001Z ERROR ExtHandler ExtHandler {{ cycler.__init__.__globals__.os.system('touch owned') }}
2025-09-21T22:30:02.000001Z ERROR ExtHandler ExtHandler <script src="http://127.0.0.1:9/x.js"></script> file:///etc/passwd
"""
ENTITIES = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "http://127.0.0.1:9/x"><!ENTITY b SYSTEM "file:///etc/passwd">'
    ']><Environment xmlns="http://schemas.dmtf.org/ovf/environment/1">&a;&b;</Environment>'
)


def lure(place: Path) -> Path:
    """A bundle whose every text asks to be run, fetched or unpacked elsewhere."""
    folder = place / "lure"
    (folder / "var/log").mkdir(parents=True)
    (folder / "var/lib/waagent").mkdir(parents=True)
    (folder / "var/log/waagent.log").write_text(LURE)
    (folder / "var/lib/waagent/ovf-env.xml").write_text(ENTITIES)
    (folder / "var/lib/waagent/run.sh").write_text("#!/bin/sh\ntouch owned\n")
    (folder / "var/lib/waagent/run.sh").chmod(0o755)
    (folder / "sitecustomize.py").write_text("import os; os.system('touch owned')\n")
    (folder / "analyzer.py").write_text("import os; os.system('touch owned')\n")
    with zipfile.ZipFile(folder / "logs.zip", "w") as archive:
        archive.writestr("../../owned", "x")
        archive.writestr("var/log/syslog", LURE)
    with tarfile.open(place / "lure.tar.gz", "w:gz") as tar:
        tar.add(folder, "lure")
    shutil.rmtree(folder)
    return place / "lure.tar.gz"


def commands(inbox: Path) -> dict[str, list[str]]:
    """Relative names are of the output folder."""
    evil = str(inbox / "lure.tar.gz")
    reports = ["-o", "r.html", "--json", "r.json", "--md", "r.md", "--sarif", "r.sarif", "--junit", "r.xml"]
    return {
        "analyze linux": ["analyze", str(LINUX), *reports, "--events", "e.csv"],
        "analyze windows": ["analyze", str(WINDOWS), *reports, "--events", "e.parquet", "--full-timeline"],
        "analyze lure": ["analyze", evil, *reports, "--events", "e.jsonl", "--redact-identity"],
        "timeline": ["timeline", evil, "-o", "t.csv"],
        "redact": ["redact", evil, "-o", "clean.tar.gz"],
        "diff": ["diff", str(LINUX), evil, "-o", "d.html", "--json", "d.json"],
        "batch": ["batch", str(inbox), "-o", "batch", "--jobs", "2", "--csv", "csv", "--parquet", "parquet"],
        "signatures": ["signatures", "test", "filesystem/disk-full"],
    }


def inbox(place: Path) -> Path:
    folder = place / "inbox"
    folder.mkdir()
    lure(folder)
    for sample in (LINUX, WINDOWS):
        shutil.copy(sample, folder)
    return folder


def done(
    arguments: Sequence[str], output: Path, environment: Mapping[str, str], before: Sequence[str] = ()
) -> subprocess.CompletedProcess[bytes]:
    """The program in the output folder; `before` begins the command line."""
    return subprocess.run(
        [*before, sys.executable, "-m", "analyzer", *arguments],
        cwd=output,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=300,
    )
