"""Exit codes in words: the handler's own meaning before the convention."""

from __future__ import annotations

import pytest

from analyzer.analysis import run
from analyzer.exitcodes import words
from analyzer.plan import shipped_plan
from analyzer.signatures.selftest import MemoryBundle


@pytest.mark.parametrize(
    ("handler", "code", "expected"),
    [
        ("Microsoft.Azure.Monitor.AzureMonitorLinuxAgent", "56", "the package manager is locked"),
        ("Microsoft.Azure.Extensions.CustomScript", "51", "the SAS of a file has expired"),
        ("Contoso.Any.Handler", "51", "unsupported operating system"),
        ("Contoso.Any.Handler", "-9", "killed (SIGKILL: out of memory or by hand)"),
        ("Contoso.Any.Handler", "17", ""),
        ("", "127", "command not found"),
    ],
)
def test_words(handler: str, code: str, expected: str) -> None:
    assert words(handler, code) == expected


def test_the_summary_says_them() -> None:
    log = (
        "2025-03-01T10:00:00.000001Z INFO ExtHandler ExtHandler Goal state initialization completed.\n"
        "2025-03-01T10:00:02.000001Z ERROR ExtHandler ExtHandler Event: name=Contoso.Tools.Setup, op=Enable, "
        "message=[ExtensionOperationError] Non-zero exit code: 143, /var/lib/waagent/x/run.sh enable, duration=0\n"
    )
    document = run(MemoryBundle({"var/log/waagent.log": log}), shipped_plan()).to_json()
    assert "143 (terminated (SIGTERM))" in document["causes"][0]["summary"]
