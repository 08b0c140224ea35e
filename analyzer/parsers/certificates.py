"""Certificates: `Certificates.json` (the goal state's thumbprints), `Certificates.xml` (encrypted), `<THUMBPRINT>.crt`.

Private parts are never read: of a `.crt` only its name counts and that there is a certificate in it. The agent names
the file by the certificate's SHA-1, which is what settings refer to.
"""

from __future__ import annotations

import re
from posixpath import basename

from analyzer.parsers.base import StateEvent, StateResult
from analyzer.parsers.content import UnreadableError, filled, unreadable
from analyzer.parsers.jsonload import load_json
from analyzer.parsers.order import goal_state_order
from analyzer.parsers.scrub import scrub
from analyzer.parsers.values import as_dict, as_int, as_text, word
from analyzer.parsers.xmlload import load_xml, text_at

SOURCE = "goal-state"
_THUMBPRINT = re.compile(r"([0-9A-F]{40})\.crt$", re.IGNORECASE)


def parse(path: str, data: bytes) -> StateResult:
    """`Certificates.json` or `Certificates.xml`, told apart by the name."""
    return _thumbprints(path, data) if basename(path).lower().endswith(".json") else _encrypted(path, data)


def parse_certificate(path: str, data: bytes) -> StateResult:
    """One `<THUMBPRINT>.crt` in the agent's folder."""
    found = _THUMBPRINT.search(basename(path))
    try:
        is_der = data.startswith(b"\x30\x82")
        if not is_der and "-----BEGIN CERTIFICATE-----" not in filled(data):
            raise UnreadableError("no certificate in it")
    except UnreadableError as error:
        return unreadable(SOURCE, path, error)
    return StateResult(facts={"certificates.present": [found.group(1).upper()]} if found else {})


def _thumbprints(path: str, data: bytes) -> StateResult:
    try:
        content = load_json(data)
        if not isinstance(content, list):
            raise UnreadableError("not a list of certificates")
    except UnreadableError as error:
        return unreadable(SOURCE, path, error)
    entries = [entry if isinstance(entry, dict) else {"thumbprint": entry} for entry in content]
    thumbprints = sorted({as_text(entry.get("thumbprint")).upper() for entry in entries} - {""})
    result = StateResult(facts={"goal_state.certificates": list(thumbprints)}, as_of=goal_state_order(path))
    result.events.append(StateEvent(SOURCE, f"goal state certificates {', '.join(thumbprints) or 'none'}"))
    for entry in entries:
        if as_dict(entry).get("hasPrivateKey") is False:
            text = f"goal state certificate {word(entry.get('thumbprint')).upper()} has no private key"
            result.events.append(StateEvent(SOURCE, text, level="warning"))
    return result


def _encrypted(path: str, data: bytes) -> StateResult:
    try:
        root = load_xml(data, "CertificateFile")
    except UnreadableError as error:
        return unreadable(SOURCE, path, error)
    incarnation, kind = scrub(text_at(root, "Incarnation")), scrub(text_at(root, "Format"))
    blob = "present" if text_at(root, "Data") else "missing"
    text = f"certificates file incarnation {word(incarnation)} format {word(kind)} data {blob}"
    level = "info" if blob == "present" else "warning"
    return StateResult(
        events=[StateEvent(SOURCE, text, level=level)], as_of=goal_state_order(path, as_int(incarnation))
    )
