"""The labelled bundles as other customers would have sent them: the verdict must hold.

    python -m tests.mutations            every mutation of every labelled bundle (make mutations)

Each mutation takes the files of a bundle and gives other files in which the same thing happened: on another host, with
other versions and handlers, in another year, packed in another order, rotated, with Windows line ends, with a month
before or after. `held` says whether a verdict still counts.
"""

from __future__ import annotations

import gzip
import io
import json
import random
import re
import sys
import tarfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np

from analyzer.analysis import Analysis, run
from analyzer.bundle import open_bundle
from analyzer.evaluate import Label, labels
from analyzer.plan import shipped_plan
from tests.generator import Agent, Backup, Extension, Step, Vm
from tests.generator.archives import Files
from tests.shared import CORPUS

SHIFT = timedelta(days=-397)
_DAY = re.compile(rb"(?<!\d)(20[12]\d)([-/])(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?!\d)")
_CTIME = re.compile(rb"[A-Z][a-z]{2} ([A-Z][a-z]{2}) +(\d{1,2})( \d\d:\d\d:\d\d (?:[A-Z]+ )?)(20[12]\d)")
_MILLIS = re.compile(rb"(Date\()(1[5-9]\d{11})(\))")
_TICKS = re.compile(rb"(?<!\d)(63[6-9]\d{15})(?!\d)")
_LOG = re.compile(r"\.log(?:\.\d+)?$|/syslog|/messages")
NEWEST = "2.15.0.1"
ZONE = "America/New_York"  # of the bundles whose agents write local time
AGENT_LOG = "var/log/waagent.log"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def hosts(files: Files) -> Files:
    """Another host, other helper threads."""
    words = {b"labvm01": b"prod-db-7", b"MonitorHandler": b"Thread-4", b"EnvHandler": b"Thread-9"}
    return _replaced(files, words)


def versions(files: Files) -> Files:
    """Other versions of the extensions, and the newest agent instead of a recent one."""
    words = {
        b"1.0.9184.0": b"1.0.9233.0",
        b"ExampleHandlerLinux-1.3.0": b"ExampleHandlerLinux-2.7.14",
        b"2.15.0.1": b"2.14.0.1",
    }
    return _replaced(files, words)


def handlers(files: Files) -> Files:
    """Handlers of another publisher."""
    words = {b"OSTCExtensions.ExampleHandlerLinux": b"Contoso.Widgets.FleetAgentLinux", b"OSTCExtensions.": b"Contoso."}
    return _replaced(files, words)


def dates(files: Files) -> Files:
    """Everything 397 days earlier."""
    return {_shift(name.encode()).decode(): _shift(content) for name, content in files.items()}


def order(files: Files) -> Files:
    """The same files in another order; the pipeline must not care."""
    names = sorted(files)
    random.Random(7).shuffle(names)
    return {name: files[name] for name in names}


def rotated(files: Files) -> Files:
    """The agent's log rotated in the middle, the older half compressed."""
    log = files.get(AGENT_LOG, b"")
    starts = [m.start() for m in re.finditer(rb"^20\d\d[-/]", log, re.MULTILINE)]
    if len(starts) < 4:
        return files
    cut = starts[len(starts) // 2]
    return files | {AGENT_LOG: log[cut:], AGENT_LOG + ".1.gz": gzip.compress(log[:cut], mtime=0)}


def crlf(files: Files) -> Files:
    """Line ends of Windows in every log."""
    return {n: c.replace(b"\n", b"\r\n") if _LOG.search(n) else c for n, c in files.items()}


def month_before(files: Files) -> Files:
    """A month in which agent and backup did well, before everything else."""
    first = _first_moment(files)
    return files if first is None else _with_month(files, first - timedelta(days=30, hours=2, minutes=7), before=True)


def month_after(files: Files) -> Files:
    """The same month afterwards: the failure is healed and old."""
    last = _last_moment(files)
    return files if last is None else _with_month(files, last + timedelta(hours=2, minutes=7), before=False)


def noisy_weeks(files: Files) -> Files:
    """Three weeks of ordinary noise before it, with failures that healed."""
    first = _first_moment(files)
    if first is None:
        return files
    start = first - timedelta(days=21, hours=5, minutes=11)
    agent = Agent(Vm("noisy weeks", "labvm01", ZONE), _generation(files.get(AGENT_LOG, b"")))
    ready = agent.boot(start)
    agent.heartbeats(ready, start + timedelta(days=20, hours=20))
    for day, kind in enumerate(("telemetry", "gone", "fallback", "firewall") * 4):
        agent.noise(start + timedelta(days=day, hours=7, minutes=13), kind)
    setup = Extension("Contoso.Inventory.ScanLinux", "3.1.4", "bin/scan.sh", 4)
    agent.goal_state(start + timedelta(days=2), 2, [Step(setup, exit_code=9, stderr="cannot scan\n")])
    agent.goal_state(start + timedelta(days=2, hours=1), 3, [Step(setup)])
    backup = Backup(agent, sequence=10)
    if any("VMSnapshotLinux" in name for name in files):
        for night in range(20):
            outcome = {4: "freeze-busy", 9: "no-network", 13: "snapshot-limit"}.get(night, "success")
            backup.night(start + timedelta(days=night, hours=3), outcome)
    return _joined(files, agent.files() | backup.files(), before=True)


def front_cut(files: Files) -> Files:
    """The first half of every log is gone."""
    result = dict(files)
    for name, content in files.items():
        if _LOG.search(name) and content.count(b"\n") > 6:
            lines = content.split(b"\n")
            result[name] = b"\n".join(lines[len(lines) // 2 :])
    return result


MUTATIONS: dict[str, Callable[[Files], Files]] = {
    f.__name__: f
    for f in (hosts, versions, handlers, dates, order, rotated, crlf, month_before, month_after, noisy_weeks, front_cut)
}


@dataclass
class Verdict:
    """What became of a mutated bundle."""

    name: str
    mutation: str
    outcome: str
    cause: str | None
    was: tuple[str, str | None]
    held: bool


def files_of(name: str) -> Files:
    with tarfile.open(CORPUS / "bundles" / f"{name}.tar.gz") as tar:
        return {m.name.removeprefix("./"): tar.extractfile(m).read() for m in tar if m.isfile()}  # type: ignore[union-attr]


def analyse(files: Files, label: Label, at: str | None = None) -> Analysis:
    with open_bundle(io.BytesIO(_packed(files))) as bundle:
        return run(bundle, shipped_plan(), at or label.at, label.symptom)


def _packed(files: Files) -> bytes:
    """A tar with the files in the order that they are given."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def check(label: Label, mutation: str) -> list[Verdict]:
    """The mutated bundle's verdict beside the plain one's; with a month after it, asked with and without --at."""
    plain = files_of(label.name)
    was = _of(analyse(plain, label))
    files = MUTATIONS[mutation](plain)
    if mutation != "month_after":
        got = _of(analyse(files, label))
        return [Verdict(label.name, mutation, *got, was, held(mutation, was, got, label))]
    last = _last_moment(plain)
    if last is None or files is plain:
        return []
    quiet = analyse(files, label)
    if _generation(plain.get(AGENT_LOG, b"")) != NEWEST:  # its stamps are local time
        local = np.array([round((last - _EPOCH).total_seconds() * 1_000_000)])
        last = _EPOCH + timedelta(microseconds=int(quiet.times.zone.to_utc(local)[0]))
    asked, later = _of(analyse(files, label, last.isoformat())), _of(quiet)
    return [
        Verdict(label.name, mutation + " --at", *asked, was, held(mutation, was, asked, label)),
        Verdict(label.name, mutation, *later, was, later[0] == "no-fault" or later == was),
    ]


def held(mutation: str, was: tuple[str, str | None], got: tuple[str, str | None], label: Label) -> bool:
    """The same cause; on a healthy bundle, no cause. A cut log may say that it cannot tell."""
    if was[1] is None:
        return got[1] is None or got[1] in label.accept
    if mutation == "front_cut" and got[0] in ("undetermined", "not-enough"):
        return True
    return got == was or got[1] in label.accept


def _of(analysis: Analysis) -> tuple[str, str | None]:
    verdict = analysis.diagnosis
    return verdict.outcome, verdict.cause.signature.id if verdict.cause else None


def _replaced(files: Files, words: dict[bytes, bytes]) -> Files:
    result = {}
    for name, content in files.items():
        path = name.encode()
        for old, new in words.items():
            path, content = path.replace(old, new), content.replace(old, new)
        result[path.decode()] = content
    return result


def _shift(text: bytes) -> bytes:
    def day(m: re.Match[bytes]) -> bytes:
        try:
            moved = date(int(m[1]), int(m[3]), int(m[4])) + SHIFT
        except ValueError:
            return m[0]
        return moved.strftime(f"%Y{m[2].decode()}%m{m[2].decode()}%d").encode()

    def ctime(m: re.Match[bytes]) -> bytes:
        moved = datetime.strptime(f"{m[1].decode()} {m[2].decode()} {m[4].decode()}", "%b %d %Y") + SHIFT
        return moved.strftime("%a %b %d").encode() + m[3] + str(moved.year).encode()

    text = _CTIME.sub(ctime, _DAY.sub(day, text))
    text = _MILLIS.sub(lambda m: m[1] + str(int(m[2]) + int(SHIFT.total_seconds() * 1000)).encode() + m[3], text)
    return _TICKS.sub(lambda m: str(int(m[1]) + int(SHIFT.total_seconds() * 10_000_000)).encode(), text)


def _moments(files: Files) -> list[datetime]:
    found: list[datetime] = []
    for name, content in files.items():
        if _LOG.search(name):
            stamps = re.findall(rb"^(20\d\d)[-/](\d\d)[-/](\d\d)[T ](\d\d):(\d\d):(\d\d)", content, re.MULTILINE)
            found += [datetime(*map(int, stamp), tzinfo=UTC) for stamp in stamps]  # type: ignore[misc,arg-type]
    return sorted(found)


def _first_moment(files: Files) -> datetime | None:
    return next(iter(_moments(files)), None)


def _last_moment(files: Files) -> datetime | None:
    return next(reversed(_moments(files)), None)


def _with_month(files: Files, start: datetime, before: bool) -> Files:
    """Thirty days of heartbeats and nightly backups put before or behind the bundle's own logs."""
    agent = Agent(Vm("a quiet month", "labvm01", ZONE), _generation(files.get(AGENT_LOG, b"")))
    ready = agent.boot(start)
    agent.heartbeats(ready, start + timedelta(days=29, hours=20))
    backup = Backup(agent, sequence=10 if before else 900)
    if any("VMSnapshotLinux" in name for name in files):
        for night in range(29):
            backup.night(start + timedelta(days=night, hours=3), "success")
    return _joined(files, agent.files() | backup.files(), before)


def _joined(files: Files, other: Files, before: bool) -> Files:
    """The logs of another time put before or behind the bundle's own; later state replaces earlier state."""
    result = dict(files)
    for name, content in other.items():
        if not _LOG.search(name):
            if not before and "/status/" in name:
                result[name] = content
        elif name in result:
            result[name] = content + result[name] if before else result[name].rstrip(b"\n") + b"\n" + content
        else:
            result[name] = content
    return result


def _generation(log: bytes) -> str:
    """An agent that writes the log in the same form: nobody goes back from a new agent to an old one."""
    if re.search(rb"^20\d\d-\d\d-\d\dT", log, re.MULTILINE) or not log:
        return NEWEST
    return "2.2.45" if re.search(rb"^20\d\d/\d\d/\d\d [\d:]+\.\d{6} ", log, re.MULTILINE) else "2.0.18"


def _one(item: tuple[Label, str]) -> list[Verdict]:
    return check(*item)


def main() -> int:
    known = labels(CORPUS / "expected.json")
    chosen = sys.argv[1:] or list(MUTATIONS)
    with ProcessPoolExecutor(2) as pool:
        verdicts = [
            v for vs in pool.map(_one, [(label, m) for m in chosen for label in known], chunksize=4) for v in vs
        ]
    for mutation in dict.fromkeys(v.mutation for v in verdicts):
        mine = [v for v in verdicts if v.mutation == mutation]
        print(f"{mutation:18} {sum(v.held for v in mine)}/{len(mine)} held")
        for v in mine:
            if not v.held:
                print(f"    {v.name}: was {v.was}, got {(v.outcome, v.cause)}")
    total = sum(v.held for v in verdicts) / max(len(verdicts), 1)
    print(json.dumps({"held": round(total, 4), "of": len(verdicts)}))
    return 0 if total >= 0.95 else 1


if __name__ == "__main__":
    sys.exit(main())
