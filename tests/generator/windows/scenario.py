"""A scenario: a bundle, how it is packed, and the label by which `vmtriage evaluate` judges it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from ..archives import Files, as_folder, as_tar, as_zip

Write = Callable[[], Files]


@dataclass(frozen=True)
class Scenario:
    """`accept` has the best cause first; an empty one is a healthy VM. `pack` is zip, tar, folder or file."""

    name: str
    write: Write
    accept: tuple[str, ...]
    pack: str
    symptom: str | None

    @property
    def label(self) -> dict[str, Any]:
        why = " ".join((self.write.__doc__ or "").split())
        label: dict[str, Any] = {"accept": list(self.accept), "no_fault_ok": not self.accept, "why": why}
        return label | ({"symptom": self.symptom} if self.symptom else {})

    def put(self, folder: Path) -> Path:
        """Write the bundle into a folder, under the scenario's name."""
        files = self.write()
        if self.pack == "zip":
            return as_zip(files, folder / f"{self.name}.zip")
        if self.pack == "tar":
            return as_tar(files, folder / f"{self.name}.tar.gz")
        if self.pack == "folder":
            return as_folder(files, folder / self.name)
        (data,) = files.values()
        path = folder / self.name
        path.write_bytes(data)
        return path


REGISTERED: list[Scenario] = []


def scenario(name: str, *accept: str, pack: str = "zip", symptom: str | None = None) -> Callable[[Write], Write]:
    """Registers a function that writes a bundle; its docstring says what was done to the VM."""

    def register(write: Write) -> Write:
        REGISTERED.append(Scenario(name, write, accept, pack, symptom))
        return write

    return register


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)
