"""Windows events: the catalogue of what they look like, one event, and the log of a channel."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from .cultures import Culture
from .services import SERVICES
from .vm import WinVm

_CATALOGUE = Path(__file__).with_name("catalogue")
_PLACE = re.compile(r"%(\d+)(?!%)")
_CODE = re.compile(r"%%(\d+)")


@dataclass(frozen=True)
class Kind:
    """What all events of one provider and id have in common."""

    provider: str
    event_id: int
    level: int
    channel: str
    text: str
    names: tuple[str, ...] = ()
    guid: str = ""
    source: str = ""
    qualifiers: int | None = None
    task: int = 0
    opcode: int = 0
    keywords: str = "0x80000000000000"
    userdata: str = ""  # the element below UserData; '' for EventData
    eventdata: str = ""  # the Name of EventData

    @property
    def classic(self) -> bool:
        return self.keywords in ("0x80000000000000", "0x8080000000000000")


@dataclass(frozen=True)
class Event:
    """One event. `when` is UTC; `tail` is the digit of 100 ns below the microsecond."""

    kind: Kind
    when: datetime
    record_id: int
    computer: str
    data: tuple[str, ...]
    binary: str = ""  # hex
    process: int = 0
    thread: int = 0
    user: str = ""  # a SID
    tail: int = 0

    def message(self, culture: Culture) -> str:
        """The rendered text, lines ended by a line feed; English where the language has no translation."""
        own = words(culture.words).get(self.kind.provider, {}).get(str(self.kind.event_id))
        template = own or self.kind.text
        values = [_CODE.sub(lambda m: code_text(culture, int(m[1])), value) for value in self.data]
        return _PLACE.sub(lambda m: values[int(m[1]) - 1] if int(m[1]) <= len(values) else m[0], template)


@cache
def words(language: str) -> dict[str, dict[str, str]]:
    """What a language says; the tables of words-*.toml."""
    data: dict[str, dict[str, str]] = tomllib.loads((_CATALOGUE / f"words-{language}.toml").read_text("utf-8"))
    return data


def code_text(culture: Culture, number: int) -> str:
    """The text of an error code, as the message table of the language has it."""
    own = words(culture.words)["codes"]
    return own.get(str(number)) or words("en")["codes"].get(str(number), f"%%{number}")


def service_name(culture: Culture, key: str) -> str:
    return words(culture.words).get("services", {}).get(key) or SERVICES[key].display


@cache
def catalogue() -> dict[tuple[str, int], Kind]:
    """(provider, event id) -> kind."""
    kinds: dict[tuple[str, int], Kind] = {}
    for path in sorted(_CATALOGUE.glob("*.toml")):
        if path.name.startswith("words-"):
            continue
        data: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
        channel = data.pop("channel", "")
        for provider, table in data.items():
            common = {"channel": channel} | {k: v for k, v in table.items() if not isinstance(v, dict)}
            for number, entry in table.items():
                if isinstance(entry, dict):
                    own = common | entry
                    names = own.get("names", "")
                    own["names"] = tuple(names.split() if isinstance(names, str) else names)
                    kinds[provider, int(number)] = Kind(provider, int(number), **own)
    return kinds


@dataclass
class EventLog:
    """Collects the events of all channels of one VM, in any order; record ids follow the order of time by channel.
    `era` grows when somebody sets the clock back: what is written afterwards comes later, whatever its time."""

    vm: WinVm
    era: int = 0
    _rows: list[tuple[int, datetime, int, Kind, tuple[str, ...], str, str, int, int, int]] = field(default_factory=list)

    def add(
        self,
        when: datetime,
        provider: str,
        event_id: int,
        data: Iterable[object] = (),
        binary: str = "",
        user: str = "",
    ) -> None:
        kind = catalogue()[provider, event_id]
        rng = self.vm.rng
        values = tuple(str(value) for value in data)
        if provider in ("EventLog", "User32"):
            when = when.replace(microsecond=0) if provider == "EventLog" else when
        self._rows.append(
            (
                self.era,
                when,
                len(self._rows),
                kind,
                values,
                binary,
                user,
                4 * rng.randint(100, 900),
                4 * rng.randint(20, 3000),
                rng.randint(0, 9),
            )
        )

    def forget(self, since: datetime) -> None:
        """Windows goes down, or the logs are copied: what would have been written later is not."""
        self._rows = [row for row in self._rows if row[1] <= since or row[0] != self.era]

    def channels(self) -> list[str]:
        return sorted({row[3].channel for row in self._rows})

    def events(self, channel: str) -> list[Event]:
        """Oldest first."""
        rows = sorted((row for row in self._rows if row[3].channel == channel), key=lambda row: row[:3])
        number = 1000 + sum(map(ord, channel + self.vm.seed)) * 37
        return [
            Event(kind, when, number + place, self.vm.computer, data, binary, process, thread, user, tail)
            for place, (_, when, _, kind, data, binary, user, process, thread, tail) in enumerate(rows)
        ]


def utf16_hex(text: str) -> str:
    """As SCM writes a service key into <Binary>."""
    return (text + "\0").encode("utf-16-le").hex().upper()


def ascii_hex(text: str) -> str:
    """As VSS writes its call into <Binary>."""
    return text.encode("ascii").hex().upper()
