"""Every signature file: clean, tested through the real engine, and silent on what is healthy."""

from __future__ import annotations

import pytest

from analyzer.plan import shipped_plan
from analyzer.redaction.redactor import Redactor
from analyzer.signatures import selftest
from analyzer.signatures.lint import lint_folder
from analyzer.signatures.load import load_folder
from analyzer.signatures.model import Signature, SignatureTest
from tests.shared import ROOT, SHARED, needs

CASES = [(s, t) for s in load_folder() for t in s.tests]
FEWEST = 45


def test_lint_is_clean() -> None:
    assert lint_folder() == []


def test_there_are_enough() -> None:
    assert len(load_folder()) >= FEWEST


@pytest.mark.parametrize(("signature", "test"), CASES, ids=[f"{s.id}: {t.name}" for s, t in CASES])
def test_embedded(signature: Signature, test: SignatureTest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the test expects; and a positive sample names no other cause. (Beside a note, another may be right.)"""
    analysis = selftest.analyse_test(test, shipped_plan())
    monkeypatch.setattr(selftest, "analyse_test", lambda *_: analysis)  # which takes the time
    assert selftest.check(signature, test, shipped_plan()) == []
    named = {c.signature.id for c in analysis.diagnosis.causes if c.state == "named"}
    assert test.expect != "named" or named == {signature.id}


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
