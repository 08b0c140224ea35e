"""The catalogues: up to date with code and signatures, complete, and with the placeholders of the original."""

from __future__ import annotations

import re
import string
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from analyzer.language import FOLDER, LANGUAGES, _, catalogue, grouped, knowledge, plural, using
from tests.shared import ROOT

OTHERS = [language for language in LANGUAGES if language != "en"]
DOMAINS = {
    "knowledge": (["signatures"], []),
    "report": (["analyzer", "templates"], ["-k", "plural:1,2", "-k", "N_"]),
}


def catalog(language: str, domain: str) -> Catalog:
    tag = language.replace("-", "_")
    with (FOLDER / tag / f"{domain}.po").open("rb") as file:
        return read_po(file, locale=tag)


def texts(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or [""])


def originals(message: Message) -> list[str]:
    return [message.id] if isinstance(message.id, str) else list(message.id)


def ids(found: Catalog) -> set[tuple[str, ...]]:
    return {tuple(originals(message)) for message in found if message.id}


@pytest.mark.parametrize("domain", DOMAINS)
def test_the_catalogues_hold_what_code_and_signatures_say(domain: str, tmp_path: Path) -> None:
    """`make messages` brings them up to date."""
    places, keywords = DOMAINS[domain]
    fresh = tmp_path / "fresh.pot"
    subprocess.run(
        [
            *(sys.executable, "-m", "babel.messages.frontend", "-q", "extract"),
            *("-F", str(FOLDER / f"{domain}.cfg"), *keywords, "-o", str(fresh), *places),
        ],
        cwd=ROOT,
        check=True,
    )
    with fresh.open("rb") as file:
        wanted = ids(read_po(file))
    assert wanted
    for language in OTHERS:
        assert ids(catalog(language, domain)) == wanted, f"{language}: run `make messages`"


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("language", OTHERS)
def test_every_text_is_translated_and_keeps_its_placeholders(language: str, domain: str) -> None:
    missing, broken = [], []
    for message in catalog(language, domain):
        if not message.id:
            continue
        if not all(texts(message)):
            missing.append(message.id)
            continue
        allowed = set().union(*map(placeholders, originals(message)))
        needed = set.intersection(*map(placeholders, originals(message)))
        if any(not needed <= placeholders(text) <= allowed for text in texts(message)):
            broken.append(message.id)
    assert not broken
    assert not missing, f"{len(missing)} texts are not translated"


def placeholders(text: str) -> set[str]:
    """What is in braces, without the words behind a bar; and Jinja's %(name)s."""
    braces = {(name or "").split("|")[0] for _text, name, _spec, _conversion in _parsed(text) if name is not None}
    return braces | set(re.findall(r"%\(\w+\)s", text))


def _parsed(text: str) -> list[tuple[str, str | None, str | None, str | None]]:
    try:
        return list(string.Formatter().parse(text))
    except ValueError:  # a brace of a regex or a command, which is no placeholder
        return [("", name, "", None) for name in re.findall(r"\{(\w+(?:\.\w+)?)", text)]


def test_english_needs_no_catalogue() -> None:
    assert _("No fault found") == "No fault found"
    assert plural("{n} line", "{n} lines", 1) == "1 line"
    assert plural("{n} line of {file}", "{n} lines of {file}", 1200, file="a") == "1,200 lines of a"


def test_the_language_holds_inside_its_block_only() -> None:
    with using("de"):
        inside = knowledge("The disk is full: no blocks or no inodes left")
        assert grouped(1234.5) == "1.234,5"
    assert inside != "The disk is full: no blocks or no inodes left"
    assert knowledge("The disk is full: no blocks or no inodes left") != inside
    with pytest.raises(ValueError, match="no catalogue for the language 'xx'"), using("xx"):
        pass


def test_a_text_that_no_catalogue_has_stays_as_it_is() -> None:
    with using("ja"):
        assert knowledge("nobody wrote this") == "nobody wrote this"
        assert catalogue("nothing").gettext("x") == "x"
