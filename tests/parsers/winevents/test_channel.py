"""Which channel an export is of, where its events do not say."""

from __future__ import annotations

import pytest

from analyzer.parsers.winevents import providers
from analyzer.parsers.winevents.channel import UNKNOWN, channel_of, channel_of_provider
from analyzer.parsers.winevents.tables import table


@pytest.mark.parametrize(
    ("path", "channel"),
    [
        ("Windows/System32/winevt/Logs/System.evtx", "System"),
        ("logs/Microsoft-Windows-CAPI2%4Operational.evtx", "Microsoft-Windows-CAPI2/Operational"),
        ("VM1_evt_Application.csv", "Application"),
        ("events-System.evtx", "System"),
        ("system log 2024.csv", "System"),
        ("Windows Azure.evtx", "Windows Azure"),
        ("export.csv", UNKNOWN),
        ("systems.csv", UNKNOWN),
    ],
)
def test_by_the_name_of_the_file(path: str, channel: str) -> None:
    assert channel_of(path) == channel


def test_by_the_provider() -> None:
    assert channel_of_provider("Service Control Manager") == "System"
    assert channel_of_provider("VSS") == "Application"
    assert channel_of_provider("Contoso Tool") == UNKNOWN


def test_the_table_uses_canonical_names() -> None:
    names = [name for listed in table("channels")["channel"].values() for name in listed]
    assert len(names) == len(set(names))
    assert [name for name in names if providers.canonical(name) != name] == []
