"""A record of many lines is quoted by the words that matter, and lines are counted with their own kind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from analyzer.document.telling import told
from analyzer.document.whole import make_document
from analyzer.report.markdown import render_markdown
from analyzer.report.terminal import render_terminal

from .support import analyse, evidence, failure, line, log, signature

FAR = "beginning " * 30
EVENT = (
    "Service Control Manager 7000: it failed to start due to the following error: \nAccess is denied.\n  service=Foo\n"
)


@pytest.mark.parametrize(
    ("text", "regexes", "words"),
    [
        ("one line", ["one"], ""),
        ("first\nsecond", ["first"], ""),
        ("first\nsecond\nthird", ["second"], "first … second"),
        (
            "first\n  writer=SqlServerWriter\n  code=5",
            ["(?=[\\s\\S]*?writer=(?P<writer>\\w+)$)"],
            "first … writer=SqlServerWriter",
        ),
        (EVENT, [], "Service Control Manager 7000: it failed to start due to the following error: … Access is denied."),
        (f"{FAR}the needle {FAR}", ["the needle"], None),
        ("first\n" + "a" * 3000 + "!", ["(?:a+)+$"], ""),  # takes for ever: the first line must do
    ],
)
def test_the_words_that_were_looked_for(text: str, regexes: list[str], words: str | None) -> None:
    result = told(text, regexes)
    if words is None:
        assert "the needle" in result
        assert len(result) < 400
    else:
        assert result == words


def _document(tmp_path: Path, files: dict[str, str], *parts: str) -> dict[str, Any]:
    whole = "[[evidence]]\nkey = 'seen'\nrole = 'required'\nweight = 6\nany = ['one', 'two']\n"
    return make_document(analyse(files, signature(tmp_path, "x/cause", whole + "".join(parts))))


def test_reports_quote_the_telling_line_without_its_secrets(tmp_path: Path) -> None:
    secret = "AccountKey=" + "Zm9vYmFy" * 10 + "=="
    stack = line("09:59", "Exception in the pump:").rstrip("\n") + f"\n   at Pump.Open()\n   refused {secret}\n"
    document = _document(
        tmp_path, log(stack, failure("10:00")), evidence("one", "match = 'refused AccountKey'", "part")
    )
    (item,) = document["causes"][0]["evidence"]
    for shown in (item["told"], render_markdown(document), render_terminal(document, colour=False, width=100)):
        assert "refused AccountKey" in " ".join(shown.split())
        assert "Zm9vYmFy" not in shown


def test_lines_are_counted_with_their_kind(tmp_path: Path) -> None:
    files = log(*(line(f"09:5{n}", "pump stopped") for n in range(4)), line("09:55", "valve shut"), failure("10:00"))
    parts = [evidence("one", "match = 'pump stopped'", "part"), evidence("two", "match = 'valve shut'", "part")]
    document = _document(tmp_path, files, *parts)
    counts = {item["text"].rsplit(" ", 2)[1]: item["count"] for item in document["causes"][0]["evidence"]}
    assert counts == {"pump": 4, "valve": 1}
    assert "seen: 2025-03-01 09:50:00 – 09:55:00 UTC" in render_markdown(document).replace("*", "")
