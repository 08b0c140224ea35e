"""The version card: every component with its age, and honest where that is not known."""

from __future__ import annotations

from typing import Any

from analyzer.report.versions import Version, versions

EXTENSION = "extension[Microsoft.Azure.Extensions.CustomScript]"


def card(facts: dict[str, Any]) -> dict[str, Version]:
    return {row.name: row for _heading, rows in versions(facts) for row in rows}


def test_an_agent_tells_its_age_and_how_many_releases_it_is_behind() -> None:
    rows = card({
        "agent.version": "2.9.0.4", "agent.version_released": "2023-03-09", "agent.version_age_days": 307,
        "agent.version_behind": 1, "agent.daemon_version": "2.2.46", "agent.daemon_version_age_days": 1463,
        "agent.daemon_version_below_minimum": True, "agent.reported_version": "2.9.0.4",
        "agent.reported_status": "Ready",
    })  # fmt: skip
    assert list(rows) == ["Guest agent at work", "Installed package"], "what is reported says nothing new"
    assert rows["Guest agent at work"].age == "10 months"
    assert rows["Guest agent at work"].known == ("released 2023-03-09", "1 newer release by then")
    assert rows["Guest agent at work"].state == "Ready"
    assert rows["Installed package"].age == "4 years"
    assert rows["Installed package"].warnings == ("below the version that Azure supports",)


def test_unknown_ages_are_said() -> None:
    rows = card({f"{EXTENSION}.version": "2.1.10", "os.kernel": "6.8.0-1015-azure"})
    assert {row.age for row in rows.values()} == {"age unknown"}


def test_a_version_from_before_its_release_has_no_negative_age() -> None:
    assert card({"agent.version": "2.15.0.1", "agent.version_age_days": -58})["Guest agent at work"].age == (
        "newer than its public release"
    )


def test_an_extension_tells_how_it_stands() -> None:
    row = card({
        f"{EXTENSION}.version": "2.1.10", f"{EXTENSION}.handler_status": "NotReady", f"{EXTENSION}.handler_code": 1009,
        f"{EXTENSION}.status": "error", f"{EXTENSION}.status_code": 0, f"{EXTENSION}.status_message": "no",
    })["Microsoft.Azure.Extensions.CustomScript"]  # fmt: skip
    assert (row.state, row.bad, row.message) == ("NotReady (code 1009) · error", True, "no")


def test_support_that_ended_is_a_warning_and_support_that_lasts_is_none() -> None:
    system = {"os.pretty": "Ubuntu 20.04.6 LTS", "os.release_support": "standard support",
              "os.release_support_until": "2025-05", "os.release_age_days": 2000}  # fmt: skip
    ended = card(system | {"os.release_support_ended": True})["Ubuntu 20.04.6 LTS"]
    lasting = card(system | {"os.release_support_ended": False})["Ubuntu 20.04.6 LTS"]
    assert (ended.warnings, ended.known) == (("standard support ended 2025-05",), ())
    assert (lasting.warnings, lasting.known) == ((), ("standard support until 2025-05",))
