"""Logs for tests, reading them, and what happens to files."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st

from analyzer.lines.stamp import Clock
from analyzer.parsers.winevents.event import Notes, WinEvent
from analyzer.parsers.winevents.evtx import read
from tests.generator.evtx_events import event_log

MICROS_2024 = 1_704_067_200_000_000
LETTERS = st.characters(exclude_categories=["Cs", "Cc"])
NAMES = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGH0123456789_-.", min_size=1, max_size=12).map("n{}".format)
WORDS = st.text(LETTERS, min_size=1, max_size=12).filter(lambda text: text == text.strip() and "]]>" not in text)


def event(number: int) -> WinEvent:
    """An event that is like no other: its number is in its time and in its data."""
    return WinEvent(
        provider=("VSS", "volsnap", "Service Control Manager")[number % 3],
        event_id=7000 + number % 50,
        micros=MICROS_2024 + number * 1_000_003,
        clock=Clock.UTC,
        level=("error", "info", "warning", "critical", "verbose")[number % 5],
        channel="System",
        position=number,
        record_id=number,
        computer="vm1",
        data=[("param1", f"value {number}"), ("", "x" * (number % 40) + "y")],
        binary=f"{number:08X}" if number % 2 else "",
    )


MANY = [event(number) for number in range(1, 1001)]
LOGS = {templates: event_log(MANY, templates=templates) for templates in (False, True)}
SHORT = {False: event_log(MANY[:250]), True: event_log(MANY[:500], templates=True)}  # of some three chunks


def events_of(content: bytes, size: int = 1 << 16) -> tuple[list[WinEvent], Notes]:
    notes = Notes()
    return list(read((content[at : at + size] for at in range(0, len(content), size)), notes)), notes


@st.composite
def events(draw: st.DrawFn) -> list[WinEvent]:
    """A log of some events with running numbers."""
    first = draw(st.integers(1, 1 << 48))
    found: list[WinEvent] = []
    micros = draw(st.integers(0, 1 << 51))
    for number in range(first, first + draw(st.integers(1, 8))):
        micros += draw(st.integers(0, 1 << 30))
        found.append(
            WinEvent(
                provider=draw(WORDS),
                event_id=draw(st.integers(0, 0xFFFF)),
                micros=micros,
                clock=Clock.UTC,
                level=draw(st.sampled_from(["critical", "error", "warning", "info", "verbose"])),
                channel=draw(st.sampled_from(["System", "Application", "Microsoft-Windows-CAPI2/Operational"])),
                position=number,
                record_id=number,
                event_source=draw(st.one_of(st.just(""), WORDS)),
                guid=draw(st.sampled_from(["", "{555908d1-a6d7-4695-8e1e-26931d2012f4}"])),
                computer=draw(st.sampled_from(["vm1", "vm1.contoso.com"])),
                data=draw(
                    st.lists(st.tuples(st.one_of(st.just(""), NAMES), st.one_of(st.just(""), WORDS)), max_size=5)
                ),
                binary=draw(st.binary(max_size=8)).hex().upper(),
            )
        )
    return found


Damage = Callable[[bytes], bytes]


@st.composite
def damages(draw: st.DrawFn) -> Damage:
    """One thing that happens to files."""
    kind = draw(st.sampled_from(["bits", "zeros", "noise", "cut", "lost", "inserted", "twice", "swapped"]))
    place = draw(st.floats(0, 1, exclude_max=True))
    size = draw(st.sampled_from([1, 4, 24, 100, 512, 4096, 70_000]))
    source = draw(st.randoms(use_true_random=False))

    def damage(content: bytes) -> bytes:
        at = int(place * len(content))
        if kind == "bits":
            changed = bytearray(content)
            for _ in range(min(size, 200)):
                changed[source.randrange(len(changed))] ^= 1 << source.randrange(8)
            return bytes(changed)
        part = content[at : at + size]
        begin, end = content[:at], content[at + len(part) :]
        replaced = {
            "zeros": begin + bytes(len(part)) + end,
            "noise": begin + source.randbytes(len(part)) + end,
            "cut": begin,
            "lost": begin + end,
            "inserted": begin + source.randbytes(size) + part + end,
            "twice": content + part + content[at:],
            "swapped": content[at:] + begin,
        }
        return replaced[kind]

    return damage
