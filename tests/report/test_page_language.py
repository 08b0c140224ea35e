"""The page in other languages: our words translated, numbers as people there write them, logs as they are."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sample
from lxml import html as lxml_html

from analyzer.language import LANGUAGES, current, using
from analyzer.report import formatting
from analyzer.report.html import environment, render_html
from analyzer.resources import folder


def tree(language: str) -> Any:
    return lxml_html.document_fromstring(render_html(sample.document() | {"language": language}))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_renders_and_says_which_it_is(language: str) -> None:
    root = tree(language)
    assert root.get("lang") == language
    assert current() == "en", "the language ends with the report"
    ids = root.xpath("//@id")
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("language", ["de", "ja"])
def test_lines_of_a_log_are_marked_as_english(language: str) -> None:
    assert set(tree(language).xpath("//div[contains(@class, 'log')]/ol/@lang")) == {"en"}


def test_numbers_follow_the_language_and_times_do_not() -> None:
    with using("de"):
        assert formatting.number(12345.5) == "12.345,5"
        assert formatting.points(-2.25) == "−2,25"
        assert formatting.percent(0.934) == "93\u00a0%"
        assert formatting.size(1_234_567).startswith("1,2 ")
        assert formatting.moment("2026-11-21T03:44:40Z") == "2026-11-21 03:44:40 UTC"
    assert formatting.number(12345.5) == "12,345.5"


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "0 days"), (1, "1 day"), (59, "59 days"), (60, "2 months"), (729, "24 months"), (1680, "4.6 years")],
)
def test_ages_are_as_coarse_as_people_say_them(days: int, words: str) -> None:
    assert formatting.age(days) == words


@pytest.mark.parametrize(
    "template",
    [
        '{{ _("of {x}").format(x=value) }}',
        "{% trans value=value %}of {{ value }}{% endtrans %}",
        "{% trans n=1, value=value %}of {{ value }}{% pluralize n %}{{ n }} of {{ value }}{% endtrans %}",
    ],
)
def test_what_stands_in_a_sentence_is_made_visible_and_escaped(template: str) -> None:
    shown = environment().from_string(template).render(value="<b>\x1b[31m\u202e%(n)s{x}")
    assert shown == "of &lt;b&gt;␛[31m⟦U+202E⟧%(n)s{x}"


@pytest.mark.parametrize("name", ["report", "verdict", "causes", "coverage", "background", "macros"])
def test_templates_hold_no_words_outside_the_catalogues(name: str) -> None:
    """What is left of a template without its tags, expressions and sentences is markup and punctuation."""
    text = (folder("templates") / f"{name}.html.j2").read_text("utf-8")
    for apart in (r"{#.*?#}", r"{% trans.*?{% endtrans %}", r"{%.*?%}", r"{{.*?}}", r"<[^>]*>"):
        text = re.sub(apart, " ", text, flags=re.DOTALL)
    assert not re.findall(r"[A-Za-z]{2,}", text)
