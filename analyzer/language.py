"""The language that reports are written in: gettext catalogues for the report's own words and for the knowledge.

    with using("de"):
        _("No fault found")                     # the report's own words (domain `report`)
        plural("{n} line", "{n} lines", count)  # with the number put in
        knowledge(signature.title)              # what signatures and tables say (domain `knowledge`)

The language belongs to the running analysis (a context variable), since a sentence is put together wherever the reason
for it is found, and handing it through every function there would hide what they are for. Log lines, paths, codes and
commands are never translated; a message that a catalogue lacks stays English. `make messages` brings the catalogues up
to date (docs/translations.md). English needs none and costs nothing.
"""

from __future__ import annotations

import gettext
import io
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

LANGUAGES = {
    "en": "English",
    "ru": "Русский",
    "cs": "Čeština",
    "zh-Hant": "繁體中文",
    "nl": "Nederlands",
    "de": "Deutsch",
    "fr": "Français",
    "ja": "日本語",
    "es": "Español",
}
"""By BCP 47 tag, as `--lang` and the HTML's `lang` attribute name them."""

FOLDER = Path(__file__).resolve().parent / "locale"
REPORT, KNOWLEDGE = "report", "knowledge"

_current: ContextVar[str] = ContextVar("language", default="en")


def current() -> str:
    """The tag of the language that reports are written in at the moment."""
    return _current.get()


@contextmanager
def using(language: str) -> Iterator[None]:
    """Write in `language` (a tag of LANGUAGES). ValueError for any other."""
    if language not in LANGUAGES:
        raise ValueError(f"no catalogue for the language '{language}'; there are {', '.join(LANGUAGES)}")
    token = _current.set(language)
    try:
        yield
    finally:
        _current.reset(token)


def _(message: str) -> str:
    """One of the report's own words or sentences. Values are put in afterwards: `_("{n} of {m}").format(n=1, m=2)`."""
    return catalogue(REPORT).gettext(message)


def N_(message: str) -> str:
    """Marks a text of a constant for the catalogues; it is translated where it is used."""
    return message


def plural(one: str, many: str, count: int, **values: object) -> str:
    """The form for `count`, with `{n}` filled in as people of that language write numbers, and other values."""
    return catalogue(REPORT).ngettext(one, many, count).format(n=grouped(count), **values)


def grouped(value: float) -> str:
    """A number as people of the language write it, with at most two decimals."""
    if current() == "en":  # without Babel, whose import every start would pay for
        return f"{value:,.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else f"{value:,}"
    from babel.numbers import format_decimal

    return format_decimal(value, format="#,##0.##", locale=current().replace("-", "_"))


def knowledge(message: str) -> str:
    """A text of a signature or of a table in `signatures/`, on one line."""
    flowing = flow(message)
    return catalogue(KNOWLEDGE).gettext(flowing) if flowing else flowing


def flow(message: str) -> str:
    """A text without the line breaks that its file has for the sake of its width."""
    return " ".join(message.split())


def catalogue(domain: str) -> gettext.NullTranslations:
    """The catalogue of the current language."""
    return _read(domain, current())


@cache
def _read(domain: str, language: str) -> gettext.NullTranslations:
    """A .po file as gettext reads it; compiled when it is asked for, so that no compiled file has to be kept."""
    path = FOLDER / language.replace("-", "_") / f"{domain}.po"
    if language == "en" or not path.exists():
        return gettext.NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language.replace("-", "_")))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
