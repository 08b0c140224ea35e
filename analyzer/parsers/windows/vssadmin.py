"""`vssadmin list writers|providers|shadows|shadowstorage`, in any language, one output or several in a file.

Labels and words are translated, so blocks are read by their shape: a name in quotes, GUIDs, a number in brackets,
`(C:)\\\\?\\Volume{…}`. Words are told in English: the state's by its number (VSS_WRITER_STATE of vswriter.h), the last
error's where the language is known. A writer that is stable tells what 'no error' is called.
Facts: `windows.vss_writer[<name>].state` and `.error`, `windows.vss_writers` (how many), `windows.vss_providers`,
`windows.vss_foreign_providers` (of neither Windows nor Azure Backup), `windows.vss_shadows[C:]` (how many),
`windows.shadow_storage[C:].on`, `.used_percent`, `.max_percent`, `.unbounded`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from analyzer.parsers.base import FactValue, StateEvent, first
from analyzer.parsers.scrub import scrub
from analyzer.parsers.windows.told import Told

SOURCE, COMPONENT = "command-output", "vssadmin"
MAX_BLOCKS = 2_000

_NAME = re.compile(r"[^\s:][^:]{1,60}: ?['\"](.{1,200})['\"]\s*$")
_GUID = re.compile(r"\s{1,8}[^:]{2,60}: ?(\{[0-9A-Fa-f-]{36}\})\s*$")
_STATE = re.compile(r"\s{1,8}[^:]{2,60}: ?\[(\d{1,2})\] ?(.{0,80})$")
_VALUE = re.compile(r"\s{1,8}[^:]{2,60}: ?(\S.{0,200})$")
_VERSION = re.compile(r"\s{1,8}[^:]{2,60}: ?(\d+(?:\.\d+){1,3})\s*$")
_VOLUME = re.compile(r"\s{1,8}[^(]{2,80}: ?\(?((?:[A-Z]:)?)\)?\\\\\?\\Volume(\{[0-9a-f-]{36}\})", re.IGNORECASE)
_SIZE = re.compile(r"\s{1,8}[^:]{2,80}: ?(\S.{0,60}?)\s?\((\d{1,3}) ?%\)\s*$")
_CREATED = re.compile(r"\s{1,8}\D{2,120}\d{1,4}\D{2,80}: ?(\d{1,4}\D\d{1,2}\D.{1,40}?)\s*$")

STATE_WORDS = (
    "Unknown",
    "Stable",
    "Waiting for freeze",
    "Waiting for thaw",
    "Waiting for post-snapshot",
    "Waiting for completion",
    *["Failed"] * 10,
)
FIRST_FAILED = 6
NO_ERROR = "No error"
_ERRORS = {
    "no error": NO_ERROR,
    "retryable error": "Retryable error",
    "non-retryable error": "Non-retryable error",
    "timed out": "Timed out",
    "inconsistent shadow copy": "Inconsistent shadow copy",
    "out of resources": "Out of resources",
    "unexpected error": "Unexpected error",
    "writer response timeout": "Writer response timeout",
    "kein fehler": NO_ERROR,
    "wiederholbarer fehler": "Retryable error",
    "nicht wiederholbarer fehler": "Non-retryable error",
    "zeitüberschreitung": "Timed out",
    "inkonsistente schattenkopie": "Inconsistent shadow copy",
    "aucune erreur": NO_ERROR,
    "sin errores": NO_ERROR,
    "nessun errore": NO_ERROR,
    "nenhum erro": NO_ERROR,
    "エラーなし": NO_ERROR,
    "没有错误": NO_ERROR,
    "нет ошибок": NO_ERROR,
}
_OURS = (
    "microsoft software shadow copy provider",
    "microsoft file share shadow copy provider",
    "iaasvmprovider",
    "azure",
)
_SYSTEM_PROVIDERS = frozenset({"{b5946137-7b9f-4925-af80-51abd60b20d5}", "{89300202-3cec-4981-9171-19f59559e0f2}"})


@dataclass
class _Block:
    """What stands below one name in quotes."""

    name: str
    line: int
    lines: list[tuple[int, str]]

    @property
    def numbers(self) -> set[int]:
        return {self.line, *(number for number, _ in self.lines)}


def read(lines: list[str]) -> Told:
    """What the lines tell, and which of them it was."""
    told = Told()
    blocks = first(_blocks(lines), MAX_BLOCKS, "writers or providers", told.problems)
    _writers(told, blocks)
    _providers(told, blocks)
    _storage(told, lines)
    _shadows(told, lines)
    return told


def _blocks(lines: list[str]) -> list[_Block]:
    blocks: list[_Block] = []
    inside = False
    for number, line in enumerate(lines, 1):
        found = _NAME.match(line)
        if found:
            blocks.append(_Block(found.group(1), number, []))
            inside = True
        elif inside and line[:1] in (" ", "\t") and line.strip():
            blocks[-1].lines.append((number, line))
        else:
            inside = False
    return blocks


def _writers(told: Told, blocks: Sequence[_Block]) -> None:
    found = [(block, *state) for block in blocks if (state := _state(block))]
    usual = Counter(error for _, state, error in found if state == 1).most_common(1)
    no_error = usual[0][0] if usual and len(found) > 2 else NO_ERROR
    for block, number, words in found:
        told.used |= block.numbers
        error = _ERRORS.get(words.lower()) or (NO_ERROR if words == no_error else words)
        name, error = scrub(block.name, 200), scrub(error or "none", 200)
        fine = number < FIRST_FAILED and error in (NO_ERROR, "none")
        word = STATE_WORDS[number] if number < len(STATE_WORDS) else "Failed"
        text = f"vss writer {name}: state {number} {word}, last error: {error}"
        told.events.append(StateEvent(SOURCE, text, None, "info" if fine else "error", COMPONENT, block.line))
        told.facts |= {f"windows.vss_writer[{name}].state": number, f"windows.vss_writer[{name}].error": error}
    if found:
        told.facts["windows.vss_writers"] = len(found)


def _state(block: _Block) -> tuple[int, str] | None:
    """The number of a writer's state, and its last error, which stands below."""
    for place, (_, line) in enumerate(block.lines):
        state = _STATE.match(line)
        if state:
            below = block.lines[place + 1][1] if place + 1 < len(block.lines) else ""
            error = _VALUE.match(below)
            return int(state.group(1)), error.group(1).strip() if error else ""
    return None


def _providers(told: Told, blocks: Sequence[_Block]) -> None:
    names: list[str] = []
    foreign: list[str] = []
    for block in blocks:
        guid = next((found.group(1) for _, line in block.lines if (found := _GUID.match(line))), "")
        version = next((found.group(1) for _, line in block.lines if (found := _VERSION.match(line))), "")
        if not guid or not version or any(_STATE.match(line) for _, line in block.lines):
            continue
        told.used |= block.numbers
        name = scrub(block.name, 200)
        names.append(name)
        if not name.lower().startswith(_OURS) and guid.lower() not in _SYSTEM_PROVIDERS:
            foreign.append(name)
        text = f"vss provider {name}: id {guid.lower()}, version {version}"
        told.events.append(StateEvent(SOURCE, text, None, "info", COMPONENT, block.line))
    if names:
        told.facts |= {
            "windows.vss_providers": sorted(set(names)),
            "windows.vss_foreign_providers": sorted(set(foreign)),
        }


def _storage(told: Told, lines: list[str]) -> None:
    """Blocks of two volumes (of the shadows, of their storage) and three sizes (used, allocated, most)."""
    volumes: list[str] = []
    sizes: list[tuple[str, int]] = []
    begun = 0
    for number, line in enumerate([*lines, ""], 1):
        volume, size = _VOLUME.match(line), _SIZE.match(line)
        if volume and len(volumes) < 2 and not sizes:
            begun = begun if volumes else number
            volumes.append(volume.group(1).upper() or volume.group(2).lower())
        elif size and len(volumes) == 2:
            sizes.append((size.group(1).strip(), int(size.group(2))))
            if len(sizes) == 3:
                told.used.update(range(begun, number + 1))
                _tell_storage(told, volumes, sizes, begun)
                volumes, sizes = [], []
        else:
            volumes, sizes = ([volume.group(1).upper() or volume.group(2).lower()], []) if volume else ([], [])
            begun = number


def _tell_storage(told: Told, volumes: list[str], sizes: list[tuple[str, int]], line: int) -> None:
    volume, storage = volumes
    used, allocated, most = (f"{scrub(size, 60)} ({percent}%)" for size, percent in sizes)
    unbounded = not any(letter.isdigit() for letter in sizes[2][0])
    text = f"vss shadow storage for {volume} on {storage} used {used}, allocated {allocated}, maximum {most}"
    told.events.append(StateEvent(SOURCE, text, None, "info", COMPONENT, line))
    fact = f"windows.shadow_storage[{volume}]"
    facts: dict[str, FactValue] = {
        f"{fact}.on": storage,
        f"{fact}.used_percent": sizes[0][1],
        f"{fact}.max_percent": sizes[2][1],
        f"{fact}.unbounded": unbounded,
    }
    told.facts |= facts


def _shadows(told: Told, lines: list[str]) -> None:
    """Of every shadow its volume; the time of creation stands above, with the set."""
    counts: Counter[str] = Counter()
    created = ""
    for number, line in enumerate(lines, 1):
        if number in told.used:
            continue
        volume, when = _VOLUME.match(line), _CREATED.match(line)
        if when and not volume:
            created = when.group(1)
        elif volume and volume.group(1):
            name = volume.group(1).upper()
            counts[name] += 1
            told.used.add(number)
            text = f"vss shadow of {name} created {scrub(created, 60) or 'none'}"
            told.events.append(StateEvent(SOURCE, text, None, "info", COMPONENT, number))
    told.facts |= {f"windows.vss_shadows[{name}]": count for name, count in counts.items()}
