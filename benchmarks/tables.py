"""What is measured, table by table; each function runs its programs and gives Markdown."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from benchmarks import corpus, small
from benchmarks.corpus import Mix
from benchmarks.knowledge import readable, regexes, write_signatures
from benchmarks.programs import Program, Run, interleaved, ours
from tests.batch.bundles import inbox as inbox_of

MB = 1 << 20
BIG = 270 * MB
_RG = ("-z", "-a", "--no-unicode", "--regex-size-limit=2G", "--dfa-size-limit=2G", "-c", "-f")
TICKETS = 500
NAIVE = 4 * MB  # the naive design is timed on a slice, and its time scaled up


@dataclass(frozen=True)
class Setting:
    """Where the corpus lies, how often each program runs, and whether the largest sizes are wanted."""

    folder: Path
    rounds: int
    full: bool

    def log(self, size: int, mix: Mix) -> Path:
        return corpus.write_log(self.folder, size, mix)

    def bundle(self, size: int, mix: Mix) -> Path:
        return corpus.pack(self.log(size, mix))

    def signatures(self, count: int) -> Path:
        return write_signatures(self.folder / f"signatures-{count}", count)

    def regexes(self, count: int) -> Path:
        path = self.folder / f"regexes-{count}.txt"
        # ripgrep joins all regexes to one, in which a name may stand once only
        path.write_text("\n".join(re.sub(r"\(\?P<\w+>", "(?:", regex) for regex in regexes(count)) + "\n", "utf-8")
        return path


def _shell(line: str) -> tuple[str, ...]:
    return ("sh", "-c", line)


def _table(title: str, head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [f"**{title}**\n", "| " + " | ".join(head) + " |", "| --- " * len(head) + "|"]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows), ""])


def end_to_end(setting: Setting) -> str:
    """A .tar.gz that unpacks to 270 MB, to HTML, beside programs that only read it."""
    parts = []
    shipped = readable(setting.folder / "regexes-shipped.txt")
    for hits in (0.02, 0.1):
        mix = Mix(hits=hits)
        log, bundle = setting.log(BIG, mix), setting.bundle(BIG, mix)
        packed, plain = shlex.quote(str(bundle)), str(log)
        programs = [
            Program("gzip -dc \\| wc -l", _shell(f"gzip -dc {packed} | wc -l")),
            Program("**ours**, 200 signatures, to HTML", ours("report", bundle, setting.signatures(200))),
            Program("**vmtriage analyze**, all that ships", _analyze(bundle, setting.folder / "shipped.html")),
            Program("ours, scan only", ours("scan", bundle, setting.signatures(200))),
            Program("rg -z -f 200 regexes", ("rg", *_RG, str(setting.regexes(200)), str(bundle))),
            Program("rg -z -f, what it can read of all that ships", ("rg", *_RG, str(shipped), str(bundle))),
            Program("lnav, index only, unpacked", ("lnav", "-n", "-c", ";SELECT count(*) FROM all_logs", plain)),
        ]  # fmt: skip
        runs = interleaved([p for p in programs if p.there], setting.rounds)
        base = runs["gzip -dc \\| wc -l"].wall
        rows: list[tuple[str, ...]] = [
            (name, f"{r.wall:.2f}", f"{r.cpu:.2f}", f"{r.wall / base:.2f}", f"{r.memory:.0f}")
            for name, r in runs.items()
        ]
        rows.append(_naive(setting, mix, base))
        parts.append(
            _table(
                f"270 MB of agent log in a .tar.gz, {hits:.0%} of the records match",
                ("program", "wall s", "CPU s", "times gzip", "peak MB"),
                rows,
            )
        )
    return "\n".join(parts)


def _analyze(bundle: Path, output: Path) -> tuple[str, ...]:
    return (sys.executable, "-m", "analyzer", "analyze", str(bundle), "-o", str(output))


def _naive(setting: Setting, mix: Mix, base: float) -> tuple[str, ...]:
    slice_ = setting.log(NAIVE, mix)
    naive = Program("naive", (sys.executable, "-m", "benchmarks.naive", str(slice_), "--signatures", "200"))
    run = interleaved([naive], 1)["naive"]
    seconds = run.wall * BIG / NAIVE
    return "naive: dateutil and 200 regexes a line (scaled up)", f"{seconds:.0f}", "", f"{seconds / base:.0f}", ""


def signatures(setting: Setting) -> str:
    """The same text with ever more signatures."""
    bundle = setting.bundle(BIG, Mix())
    counts = (50, 200, 1000)
    programs = [Program(str(n), ours("report", bundle, setting.signatures(n))) for n in counts]
    runs = interleaved(programs, setting.rounds)
    rows = [(n, f"{r.wall:.2f}", f"{r.wall / runs['50'].wall:.2f}", f"{r.memory:.0f}") for n, r in runs.items()]
    return _table("270 MB, by the number of signatures", ("signatures", "wall s", "times 50", "peak MB"), rows)


def sizes(setting: Setting) -> str:
    """The same mix in ever larger bundles."""
    every = (1, 16, 64, 256, 1024, *((4096,) if setting.full else ()))
    programs = [
        Program(f"{n} MB", ours("report", setting.bundle(n * MB, Mix()), setting.signatures(200)), n) for n in every
    ]
    runs = interleaved(programs, max(1, setting.rounds // 2))
    first = _said(runs["1 MB"], "wall")  # what any run takes: compiling what matched, the report's templates
    stage = {p.name: (_said(runs[p.name], "wall") - first) / (p.amount - 1) for p in programs[1:]}
    rows = [
        (p.name, f"{runs[p.name].wall:.2f}", f"{stage[p.name] * 1000:.2f}", f"{stage[p.name] / stage['256 MB']:.2f}",
         f"{runs[p.name].memory:.0f}")
        for p in programs[1:]
    ]  # fmt: skip
    return _table(
        "By size, 200 signatures", ("size", "wall s", "ms for each MB above one", "times 256 MB", "peak MB"), rows
    )


def memory(setting: Setting) -> str:
    """The largest process for 1 GB."""
    bundle = setting.bundle(1024 * MB, Mix())
    programs = [
        Program("analyze", ours("report", bundle, setting.signatures(200))),
        Program("with the full frame", ours("frame", bundle, setting.signatures(200))),
    ]
    runs = interleaved(programs, 1)
    rows = [(name, f"{r.memory:.0f}", f"{r.wall:.2f}") for name, r in runs.items()]
    return _table("Memory for 1 GB", ("job", "peak MB", "wall s"), rows)


def index(setting: Setting) -> str:
    """The index alone beside lnav's, on a file of one grammar, which lnav reads whole."""
    log = setting.log(BIG, Mix(mixed=False))
    lnav = Program("lnav", ("lnav", "-n", "-c", ";SELECT count(*) FROM all_logs", str(log)))
    here = Program("ours", (sys.executable, "-m", "benchmarks.job", "index", str(log)))
    runs = interleaved([p for p in (lnav, here) if p.there], setting.rounds)
    mine = _said(runs["ours"], "cpu")
    rows = [("ours", f"{mine:.2f}", f"{_said(runs['ours'], 'events'):.0f}", "1")]
    if "lnav" in runs:
        events = next((word for word in runs["lnav"].output.split() if word.isdigit()), "?")
        rows.append(("lnav", f"{runs['lnav'].cpu:.2f}", events, f"{runs['lnav'].cpu / mine:.1f}"))
    return _table("Index of 270 MB, unpacked", ("program", "CPU s", "events", "times ours"), rows)


def start(setting: Setting) -> str:
    """What a small job costs, everything included."""
    bundle = setting.bundle(MB, Mix())
    programs = [
        Program("python -c pass", (sys.executable, "-c", "pass")),
        Program("vmtriage --help", (sys.executable, "-m", "analyzer", "--help")),
        Program("vmtriage analyze, 1 MB", _analyze(bundle, setting.folder / "small.html")),
    ]
    runs = interleaved(programs, setting.rounds)
    rows = [(name, f"{r.wall * 1000:.0f}", f"{r.cpu * 1000:.0f}") for name, r in runs.items()]
    return _table("Start", ("program", "wall ms", "CPU ms"), rows)


def batch(setting: Setting) -> str:
    """200 small bundles, one after the other in one warm process."""
    folder = setting.folder / "batch"
    if not folder.exists():
        small.write(folder, 200)
    job = Program("batch", (sys.executable, "-m", "benchmarks.job", "batch", str(folder)))
    run = interleaved([job], max(1, setting.rounds // 2))["batch"]
    rate = _said(run, "bundles") / _said(run, "wall")
    return _table(
        "200 bundles of some 100 KB packed, warm",
        ("bundles a second", "peak MB"),
        [(f"{rate:.0f}", f"{run.memory:.0f}")],
    )


def cores(setting: Setting) -> str:
    """500 tickets made from the labelled bundles, through the whole command, on one core and on two; beside them what
    two runs do that share nothing but the machine, whose cores may be halves of one."""
    inbox = setting.folder / "inbox"
    if not inbox.exists():
        inbox_of(inbox, TICKETS)
    out = setting.folder / "out"
    first, second = (_batch(out / core, inbox, core, 1) for core in "01")
    programs = [
        Program("one core, --jobs 1", _shell(first)),
        Program("two cores, --jobs 2", _shell(_batch(out / "both", inbox, "0,1", 2))),
        Program("two runs of their own, a core each", _shell(f"({first}) & ({second}) & wait"), 2),
    ]
    runs = interleaved(programs, max(1, setting.rounds // 2))
    tickets = {p.name: TICKETS * max(1, p.amount) / runs[p.name].wall for p in programs}
    rows = [
        (name, f"{tickets[name]:.1f}", f"{tickets[name] / tickets['one core, --jobs 1']:.2f}", f"{r.memory:.0f}")
        for name, r in runs.items()
    ]
    return _table(
        f"{TICKETS} tickets made from the labelled bundles",
        ("cores", "tickets a second", "times one core", "peak MB of the largest process"),
        rows,
    )


def _batch(out: Path, inbox: Path, cores: str, jobs: int) -> str:
    """Into an empty folder each time."""
    command = [sys.executable, "-m", "analyzer", "batch", str(inbox), "-o", str(out), "--jobs", str(jobs)]
    return f"rm -rf {shlex.quote(str(out))}; taskset -c {cores} {shlex.join(command)}"


def windows(setting: Setting) -> str:
    """100,000 Windows events, from the file to the frame."""
    rows = []
    with ProcessPoolExecutor(1) as apart:  # a measured process would be charged with the memory of its maker
        exports = apart.submit(small.event_logs, setting.folder, 100_000).result()
    for name, path in exports:
        run = interleaved([Program(name, ours("frame", path, setting.signatures(200)))], 1)[name]
        rows.append((name, f"{path.stat().st_size / MB:.0f}", f"{_said(run, 'wall'):.1f}", f"{run.memory:.0f}"))
    return _table("100,000 Windows events to the frame", ("export", "MB", "seconds", "peak MB"), rows)


def _said(run: Run, name: str) -> float:
    """A number that the job printed."""
    return float(json.loads(run.output)[name])


TABLES: dict[str, Callable[[Setting], str]] = {
    "end-to-end": end_to_end, "signatures": signatures, "sizes": sizes, "memory": memory, "index": index,
    "start": start, "batch": batch, "cores": cores, "windows": windows,
}  # fmt: skip

missing = [name for name in ("rg", "lnav") if shutil.which(name) is None]
if missing:
    print(f"left out, since they are not installed: {', '.join(missing)}", file=sys.stderr)
