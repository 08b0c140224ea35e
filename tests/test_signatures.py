"""Every signature file: clean, tested through the real engine, and silent on what is healthy."""

from __future__ import annotations

import pytest

from analyzer.plan import shipped_plan
from analyzer.redaction.redactor import Redactor
from analyzer.signatures.lint import lint_folder
from analyzer.signatures.load import load_folder
from analyzer.signatures.model import Signature, SignatureTest
from analyzer.signatures.selftest import analyse_test, check
from tests.shared import ROOT, SHARED, needs

CASES = [(s, t) for s in load_folder() for t in s.tests]
FEWEST = 45


def test_lint_is_clean() -> None:
    assert lint_folder() == []


def test_there_are_enough() -> None:
    assert len(load_folder()) >= FEWEST


@pytest.mark.parametrize(("signature", "test"), CASES, ids=[f"{s.id}: {t.name}" for s, t in CASES])
def test_embedded(signature: Signature, test: SignatureTest) -> None:
    assert check(signature, test, shipped_plan()) == []


POSITIVE = [(s, t) for s, t in CASES if t.expect == "named"]  # beside a note, another cause may be right


@pytest.mark.parametrize(("signature", "test"), POSITIVE, ids=[f"{s.id}: {t.name}" for s, t in POSITIVE])
def test_a_positive_sample_names_no_other(signature: Signature, test: SignatureTest) -> None:
    verdict = analyse_test(test, shipped_plan()).diagnosis
    others = [c.signature.id for c in verdict.causes if c.state == "named" and c.signature.id != signature.id]
    assert others == []


@pytest.mark.parametrize("identity", [False, True], ids=["secrets", "identities"])
def test_what_a_signature_says_survives_redaction(identity: bool) -> None:
    """A remedy's command is of use only whole."""
    texts = [text for s in load_folder() for r in s.remedies for text in (r.step, r.command or "")]
    texts += [s.title for s in load_folder()]
    assert [(text, shown) for text in texts if (shown := Redactor(identity=identity).text(text)) != text] == []


def test_every_cause_that_linux_can_show_is_there() -> None:
    """Ids of causes.md may not change their names; other causes may be added freely."""
    text = needs(SHARED / "causes.md").read_text("utf-8")
    known = {
        word.strip(" |")
        for line in text.splitlines()
        if line.startswith("| ")
        for word in line.split("|")[1].split(",")
    }
    linux = {i for i in known if "/" in i and not i.startswith("windows/")}
    assert sorted(linux - {s.id for s in load_folder()}) == []


def test_no_signature_names_a_path_of_a_machine() -> None:
    """Signatures speak of sources; the checkout's own paths have no place in them."""
    assert not [p for p in (ROOT / "signatures").rglob("*.toml") if str(ROOT) in p.read_text("utf-8")]
