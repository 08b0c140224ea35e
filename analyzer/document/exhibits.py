"""Evidence as a report shows it: the line, where it stands, and the lines around it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from analyzer import exitcodes
from analyzer.judging.evidence import Held
from analyzer.judging.findings import Found
from analyzer.language import knowledge
from analyzer.matching.text import plain_text
from analyzer.moments import human, iso
from analyzer.reading.pipeline import Reading, Span, read_spans
from analyzer.signatures.model import Signature

SHOWN_RECORDS = 5  # of one evidence: the first ones and the last
CONTEXT_RECORDS = 3  # before and behind
MOST_TEXT = 8_000
MOST_LINE = 2_000

_PLACE = re.compile(r"\{(\w+)\.(\w+)(?:\|([^}]*))?\}")
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}")


def shown(found: list[Found]) -> list[Found]:
    """The first records and the last one; a report does not list hundreds."""
    return found if len(found) <= SHOWN_RECORDS else [*found[: SHOWN_RECORDS - 1], found[-1]]


def exhibits(
    reading: Reading, held: Sequence[Held], parts: Mapping[str, Held], with_context: bool
) -> list[dict[str, Any]]:
    """Every record that the held evidence rests on, in the shape EV of the document. `parts` are all that were judged,
    those too of which others are put together: lines are counted with those of their own kind."""
    result: list[dict[str, Any]] = []
    chosen = [(h, f) for h in held if h.holds for f in shown(h.found)]
    contexts = _contexts(reading, [f for _, f in chosen]) if with_context else {}
    for item in held:
        if not item.holds:
            continue
        base = {
            "key": item.evidence.key,
            "role": item.evidence.role,
            "weight": item.evidence.weight,
        }
        if not item.found:
            words = item.words or knowledge(item.evidence.label) or item.evidence.key
            result.append(base | _extent(item) | _nowhere(words))
        kinds = [(kind, {(f.member, f.row) for f in kind.found}) for kind in _kinds(item, parts)]
        for found in shown(item.found):
            place = (found.member, found.row)
            kind = next((kind for kind, places in kinds if place in places), item)
            result.append(base | _extent(kind) | exhibit(found) | {"context": contexts.get(place, [])})
    return result


def _extent(held: Held) -> dict[str, Any]:
    """How many lines there are, and when."""
    first, last = min(held.times, default=None), max(held.times, default=None)
    return {"count": held.count, "first": iso(first), "last": iso(last)}


def _kinds(held: Held, parts: Mapping[str, Held]) -> list[Held]:
    """The evidence of single lines that it is put together from."""
    keys = held.evidence.parts
    return [kind for key in keys if key in parts for kind in _kinds(parts[key], parts)] if keys else [held]


def exhibit(found: Found) -> dict[str, Any]:
    """One record without its context."""
    return {
        "time": iso(found.time),
        "time_quality": found.quality,
        "source": found.source,
        "file": found.path,
        "line": found.line,
        "text": found.text[:MOST_TEXT],
        "context": [],
    }


def _nowhere(words: str) -> dict[str, Any]:
    """Evidence that no record carries: a fact, a silence."""
    return {
        "time": None,
        "time_quality": "none",
        "source": "facts",
        "file": "",
        "line": 0,
        "text": words,
        "context": [],
    }


def _contexts(reading: Reading, found: list[Found]) -> dict[tuple[int, int], list[dict[str, Any]]]:
    store = reading.store
    spans: dict[tuple[int, int], list[tuple[int, Span]]] = {}
    by_member: dict[int, list[int]] = {}
    for item in found:
        if (item.member, item.row) not in store.texts:
            by_member.setdefault(item.member, []).append(item.row)
    for member, rows in by_member.items():
        offset, length = store.places(member)
        for row in rows:
            shown = range(max(0, row - CONTEXT_RECORDS), min(len(offset), row + CONTEXT_RECORDS + 1))
            spans[member, row] = [(at, (member, int(offset[at]), min(int(length[at]), MOST_TEXT))) for at in shown]
    raw = read_spans(reading, [span for around in spans.values() for _, span in around])
    result = {}
    for (member, row), around in spans.items():
        lines: list[dict[str, Any]] = []
        numbers = store.columns(member)["line"]
        # the lines of an event's text are none of its file, and of its neighbours the first one is enough
        step = 0 if store.has(member, "event_id") else 1
        for at, span in around:
            words = plain_text(raw.get(span, b"")).split("\n")[: 40 if step or at == row else 1]
            for i, text in enumerate(words):
                lines.append({"line": int(numbers[at]) + i * step, "text": text[:MOST_LINE], "hit": at == row})
        result[member, row] = lines
    return result


def summary(signature: Signature, held: dict[str, Held]) -> str:
    """The signature's summary with what was found put in: {key.count} {key.first} {key.last} {key.<capture>},
    and behind a bar what stands there when nothing was captured: {key.mount|a mount}."""

    def fill(match: re.Match[str]) -> str:
        item = held.get(match[1])
        if item is None or not item.holds:
            return match[3] or "?"
        if match[2] == "count":
            return str(item.count)
        if match[2] in ("first", "last"):
            return human(min(item.times, default=None) if match[2] == "first" else max(item.times, default=None))
        if match[2] == "code":
            return _code(item) or match[3] or "?"
        values = [value for value in (f.get(match[2]) for f in item.found) if value]
        return values[-1].strip()[:300] if values else match[3] or "?"

    return _PLACE.sub(fill, knowledge(signature.summary))


def steps(signature: Signature, held: Mapping[str, Held], platform: str) -> list[dict[str, Any]]:
    """What to do about it: the steps for what was found. A command takes from the evidence only what no shell reads as
    more than a word, since a bundle may hold anything."""

    def fill(match: re.Match[str]) -> str:
        item = held.get(match[1])
        values = [f.get(match[2]) or "" for f in item.found] if item is not None and item.holds else []
        fit = [value for value in values if _WORD.fullmatch(value)]
        return fit[-1] if fit else match[3] or "?"

    chosen = [r for r in signature.steps(platform) if not r.when or any(k in held and held[k].holds for k in r.when)]
    return [
        {
            "step": knowledge(remedy.step),
            "command": remedy.command and _PLACE.sub(fill, remedy.command),
            "risk": remedy.risk,
        }
        for remedy in chosen
    ]


def _code(held: Held) -> str:
    """The last exit code that was captured, with its meaning for that handler."""
    for found in reversed(held.found):
        code = found.get("code")
        if code:
            meaning = exitcodes.words(found.get("handler") or "", code)
            return f"{code} ({meaning})" if meaning else code
    return ""
