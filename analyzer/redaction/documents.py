"""One pass over everything that leaves the process: the document without secrets, and without names if asked to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from analyzer.redaction.redactor import Redactor, Scrubber, batches, is_secret
from analyzer.redaction.rules import kind_of_key

__all__ = ["Redactor", "Scrubber", "redact_document"]


def _of_one_type(values: Sequence[Any]) -> type | None:
    """str where all are texts, int where all are numbers or nothing."""
    first = type(values[0]) if values else None
    if first is str:
        return str if all(type(value) is str for value in values) else None
    return int if all(value is None or type(value) is int for value in values) else None


def _walk(value: Any, redactor: Redactor, key: str = "") -> Any:
    """Visits keys in sorted order, so that numbering does not depend on how the document was put together."""
    if isinstance(value, str):
        kind = kind_of_key(key)
        if kind and is_secret(value):
            return redactor.stand_in(kind, value)
        return redactor.text(value)
    if isinstance(value, Mapping):
        done = {inner: _walk(value[inner], redactor, str(inner)) for inner in sorted(value, key=str)}
        return _unique((redactor.text(inner) if isinstance(inner, str) else inner, done[inner]) for inner in value)
    if isinstance(value, (list, tuple)):
        kind_of_items = _of_one_type(value)
        if kind_of_items is int:
            return list(value)
        if kind_of_items is str and not kind_of_key(key):
            return redactor.texts(value)
        if value and all(isinstance(item, Mapping) and isinstance(item.get("text"), str) for item in value):
            texts = redactor.lines([item["text"] for item in value])
            value = [{**item, "text": text} for item, text in zip(value, texts, strict=True)]
        return [_walk(item, redactor, key) for item in value]
    return value


def _scrub(value: Any, scrubber: Scrubber) -> Any:
    if isinstance(value, str):
        return scrubber.text(value)
    if isinstance(value, dict):
        return _unique(
            (scrubber.text(key) if isinstance(key, str) else key, _scrub(item, scrubber)) for key, item in value.items()
        )
    if not isinstance(value, list):
        return value
    kind_of_items = _of_one_type(value)
    if kind_of_items is int:
        return value
    return scrubber.texts(value) if kind_of_items is str else [_scrub(item, scrubber) for item in value]


def _unique(pairs: Iterable[tuple[Any, Any]]) -> dict[Any, Any]:
    """A dict in which two keys that became equal are both kept."""
    result: dict[Any, Any] = {}
    for key, value in pairs:
        name, n = key, 2
        while name in result:
            name, n = f"{key}#{n}", n + 1
        result[name] = value
    return result


def _strings(value: Any) -> Iterator[str]:
    """All texts of a document, those of a list as one."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key in sorted(value, key=str):
            yield from _strings(key)
            yield from _strings(value[key])
    elif isinstance(value, (list, tuple)):
        kind_of_items = _of_one_type(value)
        if kind_of_items is str:
            yield from map("\n".join, batches(value))
        elif kind_of_items is None:
            for item in value:
                yield from _strings(item)


def redact_document(
    document: dict[str, Any], redactor: Redactor | None = None, *, identity: bool = False
) -> dict[str, Any]:
    """A copy of the JSON document without secrets, with `redactions` filled in. The input stays as it is.

    Pass the bundle's `redactor` where other outputs (a timeline) have to show the same stand-ins. `identity` hides
    names and addresses too, where no redactor is given that does.
    """
    redactor = redactor or Redactor(identity=identity)
    if redactor.identity:
        redactor.learn_facts(document.get("facts") or {})
        for text in _strings(document):
            redactor.learn(text)
    clean: dict[str, Any] = _walk(document, redactor)
    clean = _scrub(clean, redactor.scrubber())
    counts = dict(sorted(redactor.counts.items()))
    clean["redactions"] = {"count": sum(counts.values()), "kinds": counts}
    return clean
