"""What differs between Windows languages: words of levels, column labels, dates, code pages.

The labels and dates of English, German, Japanese and Brazilian exports are those of real files (knowledge/windows.md
1.4); the French ones are as Windows documents them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


def _us(when: datetime) -> str:
    return f"{when.month}/{when.day}/{when.year} {when.hour % 12 or 12}:{when:%M:%S} {when:%p}"


def _english_text(when: datetime) -> tuple[str, str]:
    return f"{when.hour % 12 or 12}:{when:%M:%S} {when:%p}", f"{when.month}/{when.day}/{when.year}"


@dataclass(frozen=True)
class Culture:
    """`date` writes the wall clock as the Event Viewer and PowerShell do."""

    name: str
    words: str  # the file catalogue/words-*.toml
    levels: tuple[str, str, str, str, str]  # critical, error, warning, information, verbose
    labels: tuple[str, str, str, str, str]  # level, date, source, id, task category
    none: str  # an empty task category
    classic: str  # the keyword of classic events
    date: Callable[[datetime], str]
    oem: str

    def level(self, number: int) -> str:
        return self.levels[(number or 4) - 1]


EN_US = Culture(
    "en-US",
    "en",
    ("Critical", "Error", "Warning", "Information", "Verbose"),
    ("Level", "Date and Time", "Source", "Event ID", "Task Category"),
    "None",
    "Classic",
    _us,
    "cp437",
)
EN_GB = Culture(
    "en-GB",
    "en",
    EN_US.levels,
    EN_US.labels,
    "None",
    "Classic",
    lambda when: f"{when:%d/%m/%Y %H:%M:%S}",
    "cp850",
)
DE_DE = Culture(
    "de-DE",
    "de",
    ("Kritisch", "Fehler", "Warnung", "Informationen", "Ausführlich"),
    ("Ebene", "Datum und Uhrzeit", "Quelle", "Ereignis-ID", "Aufgabenkategorie"),
    "Keine",
    "Klassisch",
    lambda when: f"{when:%d.%m.%Y %H:%M:%S}",
    "cp850",
)
FR_FR = Culture(
    "fr-FR",
    "fr",
    ("Critique", "Erreur", "Avertissement", "Information", "Commentaires"),
    ("Niveau", "Date et heure", "Source", "ID de l’événement", "Catégorie de la tâche"),
    "Aucun",
    "Classique",
    lambda when: f"{when:%d/%m/%Y %H:%M:%S}",
    "cp850",
)
JA_JP = Culture(
    "ja-JP",
    "ja",
    ("重大", "エラー", "警告", "情報", "詳細"),
    ("レベル", "日付と時刻", "ソース", "イベント ID", "タスクのカテゴリ"),
    "なし",
    "クラシック",
    lambda when: f"{when:%Y/%m/%d %H:%M:%S}",
    "cp932",
)
PT_BR = Culture(
    "pt-BR",
    "pt",
    ("Crítico", "Erro", "Aviso", "Informações", "Detalhado"),
    ("Nível", "Data e Hora", "Fonte", "Identificação do Evento", "Categoria da Tarefa"),
    "Nenhum",
    "Clássico",
    lambda when: f"{when:%d/%m/%Y %H:%M:%S}",
    "cp850",
)
CULTURES = {culture.name: culture for culture in (EN_US, EN_GB, DE_DE, FR_FR, JA_JP, PT_BR)}


def shutdown_words(culture: Culture, when: datetime) -> tuple[str, str]:
    """Time and date as event 6008 tells them: the date carries left-to-right marks."""
    if culture is EN_US:
        clock, day = _english_text(when)
        return clock, "‎" + day.replace("/", "‎/‎")
    day, clock = culture.date(when).split(" ", 1)
    return clock, "‎" + day
