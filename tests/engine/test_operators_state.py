"""Operators and modifiers that look at state: facts, platforms, coverage."""

from __future__ import annotations

from pathlib import Path

import pytest

from .support import LOG, SYSLOG, analyse, cause, evidence, failure, held, line, log, required, signature

ALPHA = evidence("alpha", "match = 'alpha happened'", "part")


@pytest.mark.parametrize(("end", "holds"), [("11:00", True), ("10:00", False)])
def test_needs_covered(tmp_path: Path, end: str, holds: bool) -> None:
    """The source must span the incident."""
    text = evidence("e", "match = 'alpha happened'\nneeds = 'covered'", source="syslog")
    messages = f"2025-03-01T09:00:00Z host app: alpha happened\n2025-03-01T{end}:00Z host app: end\n"
    files = {LOG: failure("09:30") + failure("10:30"), SYSLOG: messages}
    assert held(tmp_path, text, files)["e"].holds is holds


def test_platforms(tmp_path: Path) -> None:
    text = evidence("w", "match = 'alpha happened'\nplatforms = ['windows']") + evidence(
        "l", "match = 'alpha happened'\nplatforms = ['linux']"
    )
    found = held(tmp_path, text, log(line("09:59", "alpha happened"), failure("10:00")))
    assert "w" not in found
    assert found["l"].holds


def test_an_alternative_of_another_platform_does_not_count(tmp_path: Path) -> None:
    other = evidence("w", "match = 'beta happened'\nplatforms = ['windows']", "part")
    text = ALPHA + other + evidence("one", "any = ['alpha', 'w']") + evidence("all", "every = ['alpha', 'w']")
    found = held(tmp_path, text, log(line("09:59", "alpha happened"), failure("10:00")))
    assert (found["one"].holds, found["all"].holds) == (True, False)


CONF = "Extensions.Enabled=n\nLogs.Verbose=n\n"


@pytest.mark.parametrize(
    ("fact", "holds"),
    [
        ("fact = 'conf.Extensions.Enabled'\neq = 'n'", True),
        ("fact = 'conf.Extensions.Enabled'\nne = 'n'", False),
        ("fact = 'conf.*'\neq = 'n'", True),
        ("fact = 'conf.Nothing'\neq = 'n'", False),
        ("fact = 'conf.Nothing'\nexists = false", True),
        ("fact = 'conf.Extensions.Enabled'\nexists = false", False),
        ("fact = 'conf.Extensions.Enabled'", True),
        ("fact = 'incident.kind'\neq = 'extension'", True),
        ("fact = 'incident.outcome'\nin = ['failed', 'open']", True),
        ("fact = 'incident.key'\nmatches = '^Contoso'", True),
        ("fact = 'agent.daemon_version'\nlt = '2.2.46'", True),
        ("fact = 'agent.daemon_version'\nlt = '2.2.9'", False),
    ],
)
def test_facts(tmp_path: Path, fact: str, holds: bool) -> None:
    files = log(line("09:00", "Azure Linux Agent Version: 2.2.40"), failure("10:00")) | {"etc/waagent.conf": CONF}
    assert held(tmp_path, evidence("e", fact), files)["e"].holds is holds


def test_near_a_fact_is_anywhere(tmp_path: Path) -> None:
    text = evidence("f", "fact = 'conf.Extensions.Enabled'\neq = 'n'", "part")
    text += evidence("e", "match = 'alpha happened'\nnear = { evidence = 'f' }")
    files = log(line("09:00", "alpha happened"), failure("10:00"))
    assert held(tmp_path, text, files | {"etc/waagent.conf": CONF})["e"].holds
    assert not held(tmp_path, text, files)["e"].holds


@pytest.mark.parametrize(
    ("operator", "holds"),
    [
        ("provider = ['VSS']\nevent_id = [8193, 8194]", True),
        ("provider = ['VSS']\nevent_id = [8194]", False),
        ("provider = ['disk']\nevent_id = [8193]", False),
        ("provider = ['VSS']\nevent_id = [8193]\nmatch = '0x8004'", True),
        ("provider = ['VSS']\nevent_id = [8193]\nmatch = 'something else'", False),
    ],
)
def test_event_id_and_provider(tmp_path: Path, operator: str, holds: bool) -> None:
    event = (
        "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='VSS'/>"
        "<EventID Qualifiers='0'>8193</EventID><Level>2</Level><TimeCreated SystemTime='2025-03-01T09:59:00Z'/>"
        "<EventRecordID>7</EventRecordID><Channel>Application</Channel><Computer>vm1</Computer></System>"
        "<EventData><Data>QueryFullProcessImageNameW</Data><Data>0x80042302</Data></EventData></Event>"
    )
    text = evidence("e", operator, source="event:Application")
    files = log(failure("10:00")) | {"events/Application.xml": event}
    assert held(tmp_path, text, files)["e"].holds is holds


def test_unchecked_when_every_source_is_missing(tmp_path: Path) -> None:
    """Neither clean nor found: the bundle lacks what a required evidence is read from."""
    text = required("never there").replace('["waagent"]', '["syslog", "kernel"]')
    analysis = analyse(
        log(failure("10:00")),
        signature(tmp_path, "x/blind", text),
        signature(tmp_path, "x/clean", required("never there")),
    )
    assert [(j.signature.id, j.unchecked) for j in analysis.diagnosis.unchecked] == [("x/blind", ["kernel", "syslog"])]
    assert cause(analysis, "x/blind") is None
