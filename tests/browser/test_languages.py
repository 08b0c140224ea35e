"""The report in each of its languages."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from analyzer.analysis import analyze
from analyzer.language import LANGUAGES
from analyzer.report.html import render_html
from tests.browser import axe, cases
from tests.browser.conftest import Open


@cache
def document(language: str) -> dict[str, Any]:
    return analyze(cases.FOLDER / "backup-freeze-busy.tar.gz", language=language).to_json()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_in_its_language(language: str, opened: Open) -> None:
    sheet = opened(render_html(document(language)))
    assert sheet.page.locator("html").get_attribute("lang") == language
    log_line = document(language)["causes"][0]["evidence"][0]["text"].splitlines()[0]
    assert " ".join(log_line.split())[:200] in sheet.text(), "log lines stay as they are"
    english = cases.document("named")
    same = document(language)["causes"][0]["title"] == english["causes"][0]["title"]
    assert same == (language == "en"), "the cause's title is translated"


@pytest.mark.thorough
@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_in_any_language(language: str, opened: Open) -> None:
    sheet = opened(render_html(document(language)))
    sheet.unfold()
    assert axe.findings(sheet) == []
