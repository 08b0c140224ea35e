"""The rules of a SARIF log: one for each cause with what to do about it, and one for a verdict that names none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from analyzer.report import formatting
from analyzer.report.markdown import code, escaped
from analyzer.report.words import outcome_words, risk_word

Json = Mapping[str, Any]

_OF_AN_ADDRESS = "/:?=&#%-._~+,"


def words(value: object) -> str:
    """Text in which nothing is hidden and that no viewer takes for a link; never empty, which SARIF forbids."""
    return formatting.visible(value).replace("](", "] (") or "-"


def verdict_rule(outcome: str) -> str:
    return f"verdict/{outcome}"


def of_verdict(outcome: str) -> dict[str, Any]:
    """The rule behind a verdict that names no cause."""
    told = outcome_words(outcome)
    return {
        "id": verdict_rule(outcome),
        "shortDescription": {"text": words(told.word)},
        "fullDescription": {"text": words(told.meaning or told.word)},
    }


def of_cause(cause: Json) -> dict[str, Any]:
    """A cause as a rule."""
    area, name = cause["id"].split("/", 1)
    rule = {
        "id": cause["id"],
        "name": "".join(part.capitalize() for part in name.split("-")),
        "shortDescription": {"text": words(cause["title"])},
        "fullDescription": {"text": words(cause["why"] or cause["title"])},
        "help": _help(cause),
        "properties": {
            "tags": sorted({area, cause["kind"]}),
            "portalCodes": sorted(formatting.visible(code) for code in cause["codes"]),
        },
    }
    links = _links(cause)
    return rule | ({"helpUri": links[0]} if links else {})


def _help(cause: Json) -> dict[str, str]:
    """The remedy, as text and as Markdown."""
    plain, marked = [], []
    for n, step in enumerate(cause["remedy"], 1):
        risk = risk_word(step["risk"]) if step["risk"] != "none" else ""
        parts = [f"{n}. {step['step']}", f"({risk})" if risk else "", step["command"] or ""]
        plain.append(" ".join(part for part in parts if part))
        marked.append(f"{n}. {escaped(step['step'])}" + (f" _({escaped(risk)})_" if risk else ""))
        marked += [f"   {code(step['command'])}"] if step["command"] else []
    links = _links(cause)
    text = "\n".join(plain) or cause["why"] or cause["title"]
    listed = ["", *(f"- <{link}>" for link in links)] if links else []
    return {"text": words(text), "markdown": "\n".join([*(marked or [escaped(text)]), *listed])}


def _links(cause: Json) -> list[str]:
    """The addresses that are whole ones; a signature pack of somebody else may hold anything."""
    return [link for link in cause["links"] if link.startswith("https://") and quote(link, safe=_OF_AN_ADDRESS) == link]
