"""The health reports inside TransparentInstaller.log are state: to stand in tests/engine/ with the pipeline's hook."""

from __future__ import annotations

from pathlib import Path

from analyzer import analyze

STAMP = "[00000003] 2025-04-17T{time}.100Z [INFO]  "
REPORT = (
    '{{"reportTime":"2025-04-17T{time}.1234567Z","services":[{{"name":"VSS","state":"{state}","startMode":"Manual"}}],'
    '"systemInfo":{{"windows":{{"osVersion":"10.0.17763","safeBoot":false}}}}}}'
)


def test_a_health_report_inside_a_log_is_state(tmp_path: Path) -> None:
    log = tmp_path / "WindowsAzure" / "Logs" / "TransparentInstaller.log"
    log.parent.mkdir(parents=True)
    lines = [
        (STAMP + REPORT).format(time=time, state=state)
        for time, state in (("07:00:00", "Running"), ("07:00:01", "Running"), ("08:00:00", "Stopped"))
    ]
    log.write_text("\r\n".join(lines) + "\r\n", "utf-8")
    analysis = analyze(tmp_path)
    assert analysis.facts["windows.service.VSS.state"] == "stopped"
    frame = analysis.timeline
    told = frame[frame["source"] == "services"]
    assert analysis.text(list(told.index)) == [
        "service VSS: running, start demand",
        "vm health report: os 10.0.17763, safe boot no",
        "service VSS: stopped, start demand",
    ]
    assert told["line"].tolist() == [1, 1, 3]
