"""requirements/ pins what pyproject.toml asks for: one version, its hashes, and no place it came from."""

from __future__ import annotations

import re

import pytest
import tomli
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.shared import ROOT

PIN = re.compile(r"^(?P<name>[a-z0-9.-]+)==(?P<version>[^ ;]+)(?: ; (?P<where>[^\\]+?))? \\$", re.MULTILINE)
PROJECT = tomli.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def asked(*extras: str) -> list[Requirement]:
    """What the project needs itself, and with these extras."""
    texts = [*PROJECT["dependencies"], *(text for extra in extras for text in PROJECT["optional-dependencies"][extra])]
    found = [Requirement(text) for text in texts]
    for each in [each for each in found if each.name == PROJECT["name"]]:
        found += asked(*each.extras)
    return [each for each in found if each.name != PROJECT["name"]]


@pytest.mark.parametrize(("file", "extras"), [("runtime.txt", ()), ("dev.txt", ("dev",))])
def test_the_lock_pins_what_is_asked(file: str, extras: tuple[str, ...]) -> None:
    text = (ROOT / "requirements" / file).read_text("utf-8")
    pinned: dict[str, list[str]] = {}
    for pin in PIN.finditer(text):
        pinned.setdefault(canonicalize_name(pin["name"]), []).append(pin["version"])
    for requirement in asked(*extras):
        versions = pinned.get(canonicalize_name(requirement.name), [])
        assert versions, f"{requirement.name} is not pinned: make lock"
        assert all(requirement.specifier.contains(version) for version in versions), f"{requirement}: make lock"


@pytest.mark.parametrize("file", ["runtime.txt", "dev.txt"])
def test_every_pin_has_hashes_and_no_address(file: str) -> None:
    lines = (ROOT / "requirements" / file).read_text("utf-8").splitlines()
    for number, line in enumerate(lines):
        if line and not line.startswith((" ", "#")):
            assert PIN.match(line), line
            assert re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}( \\)?", lines[number + 1]), line
    assert not [line for line in lines if "://" in line or line.startswith("-")]
