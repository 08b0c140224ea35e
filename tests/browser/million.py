"""A bundle of a million events: an agent that talks without end, and a backup that fails in the middle of it.

One line in 52 is a warning or an error, each in its own words: almost as many as the table of events can show.
Drawn from a seeded generator: the same bytes every time.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from pathlib import Path

from tests.generator import as_folder
from tests.generator.healthy import backed_up
from tests.generator.vm import RHEL_8

EVENTS = 1_000_000
START = datetime(2025, 9, 16, 12)
STEP = 0.5  # seconds from one event to the next
FIRST_BOOT = "2025-09-15 08:20:44"
QUIET = (
    "Goal state incarnation {n} was fetched in {m} ms [activity {h}]",
    "Walked {m} extension folders in {n} us, the newest of them is {h}",
    "[CGROUP] slice {h} used 1.{m} percent of the processor and {n} bytes",
    "Endpoint 168.63.129.16 answered in {m} ms, container {h}",
    "Sent {m} telemetry events of {n} bytes, {m} are waiting",
    "Sleeping for {m} ms before incarnation {n} is asked for again",
)
LOUD = (
    "Report {h} was refused with status {m}, attempt {n} of 90000",
    "Cannot read /var/lib/waagent/events/{n}.tld: {h} is not JSON (column {m})",
    "Process {n} of unit {h} is gone, {m} bytes of its output are lost",
)


def write(folder: Path) -> Path:
    """The bundle as a folder."""
    agent, backup, syslog, state = backed_up(
        "million", "busy-01", RHEL_8, "UTC", FIRST_BOOT, ["success"] * 6 + ["freeze-busy"]
    )
    own = agent.files()
    own["var/log/waagent.log.1"] = own.pop("var/log/waagent.log")
    as_folder(own | backup.files() | syslog.files() | state, folder)
    with (folder / "var/log/waagent.log").open("w", encoding="ascii", newline="\n") as log:
        for begin in range(0, EVENTS, 50_000):
            log.write(_lines(begin, min(EVENTS, begin + 50_000)))
    return folder


def _lines(begin: int, end: int) -> str:
    draw = random.Random(begin)
    result = []
    for number in range(begin, end):
        bits = draw.getrandbits(48)
        loud = number % 52 == 0
        level = ("ERROR" if bits % 3 == 0 else "WARNING") if loud else "INFO"
        text = (LOUD[bits % 3] if loud else QUIET[bits % 6]).format(n=bits % 99_991, m=bits % 997, h=f"{bits:012x}")
        at = (START + timedelta(seconds=number * STEP)).isoformat(timespec="microseconds")
        result.append(f"{at}Z {level} ExtHandler ExtHandler {text}\n")
    return "".join(result)
