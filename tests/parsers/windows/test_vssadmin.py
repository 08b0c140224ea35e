"""`vssadmin` in the languages of its users, whole and in pieces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.parsers.base import StateResult
from analyzer.parsers.windows.commands import parse

ENGLISH = """vssadmin 1.1 - Volume Shadow Copy Service administrative command-line tool
(C) Copyright 2001-2013 Microsoft Corp.

Writer name: 'Task Scheduler Writer'
   Writer Id: {d61d61c8-d73a-4eee-8cdd-f6f9786b7124}
   Writer Instance Id: {1bddd48e-5052-49db-9b07-b96f96727e6b}
   State: [1] Stable
   Last error: No error

Writer name: 'SqlServerWriter'
   Writer Id: {a65faa63-5ea8-4ebc-9dbd-a0c4db26912a}
   Writer Instance Id: {11111111-2222-3333-4444-555555555555}
   State: [8] Failed
   Last error: Non-retryable error

Writer name: 'WMI Writer'
   Writer Id: {a6ad56c2-b509-4e6c-bb19-49d8f43532f0}
   Writer Instance Id: {11111111-2222-3333-4444-555555555556}
   State: [5] Waiting for completion
   Last error: No error
"""
GERMAN = """vssadmin 1.1 - Verwaltungsbefehlszeilenprogramm des Volumeschattenkopie-Dienstes
(C) Copyright 2001-2013 Microsoft Corp.

Verfassername: "Task Scheduler Writer"
   Verfasserkennung: {d61d61c8-d73a-4eee-8cdd-f6f9786b7124}
   Verfasserinstanzkennung: {1bddd48e-5052-49db-9b07-b96f96727e6b}
   Status: [1] Stabil
   Letzter Fehler: Kein Fehler

Verfassername: "SqlServerWriter"
   Verfasserkennung: {a65faa63-5ea8-4ebc-9dbd-a0c4db26912a}
   Verfasserinstanzkennung: {11111111-2222-3333-4444-555555555555}
   Status: [8] Fehlgeschlagen
   Letzter Fehler: Nicht wiederholbarer Fehler

Verfassername: "WMI Writer"
   Verfasserkennung: {a6ad56c2-b509-4e6c-bb19-49d8f43532f0}
   Verfasserinstanzkennung: {11111111-2222-3333-4444-555555555556}
   Status: [5] Es wird auf den Abschluss gewartet
   Letzter Fehler: Kein Fehler
"""


def texts(result: StateResult) -> list[str]:
    return [event.text for event in result.events if event.text.startswith("vss ")]


@pytest.mark.parametrize("text", [ENGLISH, GERMAN, ENGLISH.partition("\n\n")[2], ENGLISH.replace("\n", "\r\n")])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-8-sig"])
def test_writers_in_any_language(text: str, encoding: str) -> None:
    result = parse("writers.txt", text.encode(encoding))
    assert texts(result) == [
        "vss writer Task Scheduler Writer: state 1 Stable, last error: No error",
        "vss writer SqlServerWriter: state 8 Failed, last error: Non-retryable error",
        "vss writer WMI Writer: state 5 Waiting for completion, last error: No error",
    ]
    assert [event.level for event in result.events if event.text.startswith("vss writer")] == ["info", "error", "info"]
    assert result.facts["windows.vss_writers"] == 3
    assert result.facts["windows.vss_writer[SqlServerWriter].state"] == 8
    assert result.facts["windows.vss_writer[SqlServerWriter].error"] == "Non-retryable error"
    assert all(event.component == "vssadmin" for event in result.events)


def test_a_console_of_the_country() -> None:
    text = GERMAN.replace("[8] Fehlgeschlagen", "[9] Zeitüberschreitung").replace(
        "Nicht wiederholbarer Fehler", "Zeitüberschreitung"
    )
    assert "vss writer SqlServerWriter: state 9 Failed, last error: Timed out" in texts(
        parse("x", text.encode("cp850"))
    )


def test_the_stable_writers_tell_what_no_error_is_called() -> None:
    foreign = ENGLISH.replace("No error", "Geen fout").replace("State: [5]", "State: [1]")
    result = parse("writers.txt", foreign.encode())
    assert result.facts["windows.vss_writer[Task Scheduler Writer].error"] == "No error"
    assert result.facts["windows.vss_writer[SqlServerWriter].error"] == "Non-retryable error"


def test_a_stable_writer_with_an_error_is_no_healthy_one() -> None:
    text = ENGLISH.replace("[8] Failed", "[1] Stable").replace("Non-retryable error", "Retryable error")
    assert "vss writer SqlServerWriter: state 1 Stable, last error: Retryable error" in texts(parse("x", text.encode()))
    assert [e.level for e in parse("x", text.encode()).events if "SqlServer" in e.text] == ["error"]


def test_providers() -> None:
    text = """vssadmin 1.1 - x

Provider name: 'Microsoft Software Shadow Copy provider 1.0'
   Provider type: System
   Provider Id: {b5946137-7b9f-4925-af80-51abd60b20d5}
   Version: 1.0.0.7

Provider name: 'Contoso Snap'
   Provider type: Software
   Provider Id: {0EAD7A8C-2222-3333-4444-555555555555}
   Version: 4.2.1
"""
    result = parse("providers.txt", text.encode())
    assert texts(result) == [
        "vss provider Microsoft Software Shadow Copy provider 1.0: id {b5946137-7b9f-4925-af80-51abd60b20d5},"
        " version 1.0.0.7",
        "vss provider Contoso Snap: id {0ead7a8c-2222-3333-4444-555555555555}, version 4.2.1",
    ]
    assert result.facts["windows.vss_foreign_providers"] == ["Contoso Snap"]
    only = parse("providers.txt", text.partition("Provider name: 'Contoso")[0].encode())
    assert only.facts["windows.vss_foreign_providers"] == []


STORAGE = r"""Shadow Copy Storage association
   For volume: (C:)\\?\Volume{2c0c1fd8-0000-0000-0000-100000000000}\
   Shadow Copy Storage volume: (D:)\\?\Volume{2c0c1fd8-0000-0000-0000-200000000000}\
   Used Shadow Copy Storage space: 9.75 GB (97%)
   Allocated Shadow Copy Storage space: 10 GB (100%)
   Maximum Shadow Copy Storage space: 10 GB (10%)

Schattenkopiespeicherassoziation
   Für Volume: (E:)\\?\Volume{2c0c1fd8-0000-0000-0000-300000000000}\
   Schattenkopiespeicher-Volume: (E:)\\?\Volume{2c0c1fd8-0000-0000-0000-300000000000}\
   Verwendeter Schattenkopiespeicher: 0 Bytes (0%)
   Zugewiesener Schattenkopiespeicher: 0 Bytes (0%)
   Max. Schattenkopiespeicher: UNBEGRENZT (100%)

Shadow Copy Storage association
   For volume: (\\?\Volume{2c0c1fd8-0000-0000-0000-400000000000}\)\\?\Volume{2c0c1fd8-0000-0000-0000-400000000000}\
   Shadow Copy Storage volume: (C:)\\?\Volume{2c0c1fd8-0000-0000-0000-100000000000}\
   Used Shadow Copy Storage space: 0 bytes (0%)
   Allocated Shadow Copy Storage space: 0 bytes (0%)
   Maximum Shadow Copy Storage space: 500 MB (5%)
"""


def test_storage() -> None:
    result = parse("shadowstorage.txt", STORAGE.encode())
    assert texts(result)[:2] == [
        "vss shadow storage for C: on D: used 9.75 GB (97%), allocated 10 GB (100%), maximum 10 GB (10%)",
        "vss shadow storage for E: on E: used 0 Bytes (0%), allocated 0 Bytes (0%), maximum UNBEGRENZT (100%)",
    ]
    assert len(texts(result)) == 3
    facts = result.facts
    assert (facts["windows.shadow_storage[C:].used_percent"], facts["windows.shadow_storage[C:].on"]) == (97, "D:")
    assert (facts["windows.shadow_storage[C:].unbounded"], facts["windows.shadow_storage[E:].unbounded"]) == (
        False,
        True,
    )


def test_shadows() -> None:
    text = r"""Contents of shadow copy set ID: {7a3ec1ea-0000-0000-0000-100000000000}
   Contained 2 shadow copies at creation time: 1/21/2024 2:05:11 AM
      Shadow Copy ID: {7a3ec1ea-0000-0000-0000-200000000000}
         Original Volume: (C:)\\?\Volume{2c0c1fd8-0000-0000-0000-100000000000}\
         Shadow Copy Volume: \\?\GLOBALROOT\Device\HarddiskVolumeShadowCopy12
      Shadow Copy ID: {7a3ec1ea-0000-0000-0000-300000000000}
         Original Volume: (D:)\\?\Volume{2c0c1fd8-0000-0000-0000-200000000000}\
"""
    result = parse("shadows.txt", text.encode())
    assert texts(result) == [
        "vss shadow of C: created 1/21/2024 2:05:11 AM",
        "vss shadow of D: created 1/21/2024 2:05:11 AM",
    ]
    assert result.facts["windows.vss_shadows[C:]"] == 1


def test_what_else_it_says_is_told_as_it_stands() -> None:
    result = parse("x.txt", b"C:\\>vssadmin list shadows\nvssadmin 1.1 - x\n\nNo items found that satisfy the query.\n")
    assert [(e.text, e.line, e.component) for e in result.events][-1] == (
        "No items found that satisfy the query.",
        4,
        "vssadmin",
    )


NAMES = st.from_regex(r"[A-Za-z][A-Za-z ()]{0,20}[A-Za-z]", fullmatch=True)


@given(
    writers=st.lists(st.tuples(NAMES, st.integers(1, 12)), min_size=1, max_size=8, unique_by=lambda w: w[0]),
    labels=st.lists(st.from_regex(r"[A-Za-zäöéñ][A-Za-zäöéñ ]{2,20}[a-zé]", fullmatch=True), min_size=5, max_size=5),
)
def test_any_labels_will_do(writers: list[tuple[str, int]], labels: list[str]) -> None:
    guid = "{1bddd48e-5052-49db-9b07-b96f96727e6b}"
    name, first, second, state, error = labels
    text = "\n".join(
        f"{name}: '{writer}'\n   {first}: {guid}\n   {second}: {guid}\n   {state}: [{number}] abc\n   {error}: xyz\n"
        for writer, number in writers
    )
    result = parse("x.txt", text.encode())
    assert {f"windows.vss_writer[{writer}].state": number for writer, number in writers}.items() <= result.facts.items()
