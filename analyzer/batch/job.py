"""One bundle's analysis as a job: what is asked, and what comes back. Both travel as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

DONE, UNCHANGED, FAILED = "done", "unchanged", "failed"
"""How a job ends: analysed, the same bytes as last time, or not analysed."""


@dataclass(frozen=True)
class Job:
    """A ticket's bundle and the questions to it. `sha256` is that of the bundle when it was last analysed with the same
    questions and the same knowledge; when it still is, there is nothing to do. A child whose `knowledge` is another is
    not asked, since it may have read older signatures."""

    name: str
    source: str  # a path, or a URL that fsspec opens
    symptom: str | None = None
    at: str | None = None
    packs: tuple[str, ...] = ()
    language: str = "en"
    identity: bool = False  # hide names, addresses and ids too
    sha256: str | None = None
    seconds: float = 600.0
    memory: int = 3 << 30  # bytes
    knowledge: str = ""
    limits: tuple[str, ...] = ()  # other bounds of reading, as `Limits.of` takes them

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @staticmethod
    def from_json(text: str) -> Job:
        data = json.loads(text)
        return Job(**data | {key: tuple(data[key]) for key in ("packs", "limits")})


@dataclass(frozen=True)
class Reply:
    """What became of a job: the document and its HTML report where it is `done`, the reason where it `failed`."""

    state: str
    seconds: float = 0.0
    reason: str = ""
    document: dict[str, Any] | None = None
    html: str = ""

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=True)

    @staticmethod
    def from_json(text: str) -> Reply:
        return Reply(**json.loads(text))
