"""A fixed few labelled bundles, mutated in every way; `make mutations` does all of them."""

from __future__ import annotations

import pytest

from analyzer.evaluate import labels
from tests.mutations import MUTATIONS, check
from tests.shared import CORPUS, needs

pytestmark = pytest.mark.thorough

CHOSEN = (
    "00-healthy-baseline",
    "03-wireserver-dropped-by-guest-firewall",
    "42-lib-dir-disk-full",
    "freeze-ebusy",
    "ok-host",
    "python312-imp",
    "storage-dns-failure",
    "ver-2.2.45-wireserver-refused",
)


@pytest.mark.parametrize("mutation", MUTATIONS)
@pytest.mark.parametrize("name", CHOSEN)
def test_the_verdict_holds(name: str, mutation: str) -> None:
    known = {label.name: label for label in labels(needs(CORPUS / "expected.json"))}
    lost = [v for v in check(known[name], mutation) if not v.held]
    assert lost == []
