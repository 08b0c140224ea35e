"""Redaction: no planted secret survives and cleaning twice is cleaning once, whatever stands around it that announces
no secret itself; lines stay.

The first line of an input chooses the planted secret and, with `identity`, hides names too; the rest is what stands
around it, with a NUL where the secret goes.
"""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.redaction.redactor import Redactor
from analyzer.redaction.rules import SEARCH, has_loose
from tests.fuzz.finding import Broken
from tests.fuzz.target import Target, chosen, headed
from tests.redaction.planted import KINDS

BY_NAME = {kind.name: kind for kind in KINDS}


def redacted(data: bytes) -> None:
    line, rest = headed(data)
    words = line.removesuffix(" identity")
    kind = BY_NAME[chosen(words, list(BY_NAME))]
    before, _, after = rest.decode("utf-8", "surrogateescape").partition("\0")
    identity = words != line
    text = f"{before}\n{kind.text}\n{after}"
    redactor = Redactor(identity=identity)
    redactor.study(text)
    once = redactor.text(text)
    quiet = not any(SEARCH.hits(around) or has_loose(around) for around in (before, after))
    for secret in kind.secrets:
        if quiet and secret in once and secret not in before + after:
            raise Broken(f"secret survives: {kind.name}")
    if once.count("\n") != text.count("\n"):
        raise Broken("lines are more or fewer")
    if quiet and not identity and Redactor().text(once) != once:
        raise Broken("twice is not once")
    lines = text.split("\n")
    one = Redactor()
    if Redactor().texts(lines) != [one.text(each) for each in lines]:
        raise Broken("many texts are not as each of them")


def seeds() -> Iterator[bytes]:
    for number, kind in enumerate(KINDS):
        other = KINDS[number - 1].text.encode()
        yield kind.name.encode() + b"\n2025-01-01 before {\0 } after"
        yield kind.name.encode() + b" identity\nhost vm1 10.0.0.4 " + other + b"\0" + other


TARGETS = (Target("redaction", redacted, seeds, 2048, ("secrets/*.py", "redaction_rules.py", "identity/*.py")),)
