"""Ages count from the bundle's last event, and a system is known by what it says of itself."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from analyzer.judging.facts import Facts
from analyzer.judging.releases import add_ages, load_releases, load_systems


def aged(when: str, **facts: str) -> Facts:
    """The facts with ages as of `when`; a name's dot is written as two underscores."""
    held = Facts({name.replace("__", "."): value for name, value in facts.items()})
    moment = datetime.fromisoformat(when).replace(tzinfo=UTC)
    add_ages(held, int(moment.timestamp() * 1e6), load_releases())
    return held


def test_an_agent_has_an_age_and_newer_releases_of_that_day() -> None:
    facts = aged("2024-01-10", agent__version="2.9.0.4")
    assert facts["agent.version_released"] == "2023-03-09"
    assert facts["agent.version_age_days"] == 307
    assert facts["agent.version_behind"] == 1, "2.9.1.1; later ones were not out yet"
    assert facts["agent.version_below_minimum"] is False


@pytest.mark.parametrize(
    ("facts", "release", "until", "ended"),
    [
        ({"os__id": "rhel", "os__version": "8.9"}, "Red Hat Enterprise Linux 8", "2029-05", False),
        ({"os__pretty": "Ubuntu 20.04.6 LTS"}, "Ubuntu 20.04", "2025-05", True),
        ({"os__pretty": "debian 12.11"}, "Debian 12", "2028-06", False),
        ({"agent__distro": "centos-7.9"}, "CentOS Linux 7", "2024-06", True),
        ({"os__name": "Microsoft Windows Server 2012 R2 Datacenter"}, "Windows Server 2012 R2", "2023-10", True),
        ({"os__name": "Microsoft Windows Server 2012 Standard"}, "Windows Server 2012", "2023-10", True),
    ],
)
def test_a_system_is_known_by_its_name(facts: dict[str, str], release: str, until: str, ended: bool) -> None:
    found = aged("2025-06-01", **facts)
    assert found["os.release"] == release
    assert found["os.release_support_until"] == until
    assert found["os.release_support_ended"] is ended


def test_support_lasts_through_its_last_month() -> None:
    assert aged("2025-05-31", os__pretty="Ubuntu 20.04 LTS")["os.release_support_ended"] is False
    assert aged("2027-12-31", os__pretty="Ubuntu 22.04 LTS")["os.release_support_ended"] is False
    assert aged("2028-01-01", os__pretty="Ubuntu 22.04 LTS")["os.release_support_ended"] is True


@pytest.mark.parametrize("name", ["Microsoft Windows 10 Pro", "debian", "ubuntu core 4", "Debian 120"])
def test_what_the_table_lacks_has_no_age(name: str) -> None:
    assert "os.release" not in aged("2025-06-01", os__pretty=name)


def test_without_a_time_there_is_a_date_and_no_age() -> None:
    facts = Facts({"os.pretty": "Ubuntu 22.04 LTS", "agent.version": "2.9.1.1"})
    add_ages(facts, None, load_releases())
    assert facts["os.release_released"] == "2022-04-21"
    assert not [name for name in facts if name.endswith(("_age_days", "_ended"))]


def test_the_table_is_in_order() -> None:
    for component in load_releases():
        days = [day for _, day in component.releases]
        assert days == sorted(days), component.name
    for system in load_systems():
        assert all(day.isoformat() < end for _, day, end in system.releases if end), system.name
