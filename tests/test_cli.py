"""The command as its user types it: exit codes, streams, files."""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
from pathlib import Path

import jsonschema
import pytest
import tomli
from click.testing import CliRunner

from analyzer.cli import main
from analyzer.evaluate import evaluate_folder
from tests.shared import ROOT

SAMPLE = ROOT / "sample_bundles" / "backup-freeze-busy.tar.gz"
HEALTHY = ROOT / "sample_bundles" / "healthy-agent.tar.gz"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_analyze_writes_the_report_beside_you_and_prints_the_verdict(here: Path) -> None:
    result = CliRunner().invoke(main, ["analyze", str(SAMPLE)])
    assert result.exit_code == 0, result.output
    assert "Report: backup-freeze-busy.report.html" in result.output
    html = (here / "backup-freeze-busy.report.html").read_text("utf-8")
    assert html.lower().startswith("<!doctype html>")
    assert "Cause named" in result.output


def test_json_to_stdout_leaves_the_verdict_to_stderr(here: Path) -> None:
    result = CliRunner().invoke(main, ["analyze", str(SAMPLE), "--json", "-"])
    document = json.loads(result.stdout)
    assert document["verdict"]["outcome"] == "named"
    assert "Cause named" in result.stderr
    schema = json.loads((ROOT / "templates" / "report.schema.json").read_text("utf-8"))
    jsonschema.validate(document, schema)


def test_markdown_and_own_names(here: Path) -> None:
    result = CliRunner().invoke(main, ["analyze", str(SAMPLE), "-o", "a.html", "--md", "a.md", "--json", "a.json"])
    assert result.exit_code == 0
    assert sorted(p.name for p in here.iterdir()) == ["a.html", "a.json", "a.md"]
    assert len((here / "a.md").read_text("utf-8").splitlines()) <= 60


def test_stdin(here: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "analyzer", "analyze", "-", "--json", "-"],
        input=SAMPLE.read_bytes(),
        capture_output=True,
        check=True,
    )
    assert json.loads(done.stdout)["verdict"]["outcome"] == "named"


@pytest.mark.parametrize(("path", "code"), [(SAMPLE, 1), (HEALTHY, 0)])
def test_fail_on(here: Path, path: Path, code: int) -> None:
    assert CliRunner().invoke(main, ["analyze", str(path), "--fail-on", "named"]).exit_code == code


@pytest.mark.parametrize(
    "arguments",
    [
        ["analyze"],
        ["analyze", str(SAMPLE), "--at", "yesterdayish"],
        ["analyze", str(SAMPLE), "--symptom", "hello world"],
        ["analyze", str(SAMPLE), "--json", "-", "--md", "-"],
        ["signatures", "show", "network/none-such"],
    ],
)
def test_usage_errors_are_2(here: Path, arguments: list[str]) -> None:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2
    assert "Error" in result.output


def test_what_cannot_be_read_is_3(here: Path) -> None:
    (here / "empty.tar.gz").write_bytes(b"")
    for name in ("empty.tar.gz", "none.tar.gz"):
        result = CliRunner().invoke(main, ["analyze", name])
        assert result.exit_code == 3
        assert name in result.output
        assert "Traceback" not in result.output


def test_a_report_that_cannot_be_written_leaves_nothing(here: Path) -> None:
    result = CliRunner().invoke(main, ["analyze", str(SAMPLE), "-o", "no/such/folder/a.html"])
    assert result.exit_code == 1
    assert "cannot write" in result.output
    assert list(here.iterdir()) == []


def test_timeline_forms(here: Path) -> None:
    csv = CliRunner().invoke(main, ["timeline", str(SAMPLE)]).stdout.splitlines()
    lines = CliRunner().invoke(main, ["timeline", str(SAMPLE), "--format", "jsonl"]).stdout.splitlines()
    assert csv[0] == "time,time_quality,source,level,component,event_id,message,file,line"
    rows = [json.loads(line) for line in lines]
    assert list(rows[0]) == csv[0].split(",")
    times = [row["time"] for row in rows if row["time"]]
    assert times == sorted(times)
    assert all(row["message"] is not None for row in rows)


def test_signature_commands() -> None:
    listed = CliRunner().invoke(main, ["signatures", "list"]).output
    assert "filesystem/disk-full" in listed
    shown = CliRunner().invoke(main, ["signatures", "show", "filesystem/disk-full"]).output
    assert shown == (ROOT / "signatures" / "filesystem" / "disk-full.toml").read_text("utf-8")
    assert CliRunner().invoke(main, ["signatures", "lint"]).exit_code == 0
    tested = CliRunner().invoke(main, ["signatures", "test", "filesystem/disk-full"])
    assert tested.exit_code == 0, tested.output


def test_lint_speaks_in_file_and_line(tmp_path: Path) -> None:
    folder = tmp_path / "network"
    folder.mkdir()
    (folder / "odd.toml").write_text(
        'schema = 1\ntitle = "x"\nkind = "fault"\nplatforms = []\noperations = []\nwhat = 1\n'
    )
    result = CliRunner().invoke(main, ["signatures", "lint", str(tmp_path)])
    assert result.exit_code == 1
    assert f"{folder / 'odd.toml'}:6: unknown key 'what'" in result.output


def test_evaluate_finds_bundles_by_any_ending(tmp_path: Path) -> None:
    healthy = {"accept": [], "no_fault_ok": True}
    for name in ("lone.log", "lone.1.log", "folder/var/log/waagent.log", "other.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("nothing that anybody knows" if name != "lone.1.log" else "")
    expected = tmp_path / "expected.json"
    expected.write_text(json.dumps({"lone": healthy, "folder": healthy, "gone": healthy}))
    assert [(each.label.name, each.error) for each in evaluate_folder(tmp_path, expected)] == [
        ("folder", None), ("gone", "no such bundle"), ("lone", None)
    ]  # fmt: skip


def test_evaluate_prints_the_table(tmp_path: Path) -> None:
    result = CliRunner().invoke(
        main, ["evaluate", str(ROOT / "sample_bundles"), str(ROOT / "sample_bundles" / "expected.json")]
    )
    assert "top-1" in result.output
    assert "healthy blamed 0" in result.output


def test_symptom_and_at_choose_the_incident(here: Path) -> None:
    """Two failures in one bundle: the backup's freeze and the agent's firewall, hours apart."""
    joined = here / "two.tar"
    with tarfile.open(joined, "w") as tar:
        for name in ("backup-freeze-busy", "extension-dpkg-locked"):
            with tarfile.open(ROOT / "sample_bundles" / f"{name}.tar.gz") as source:
                for member in source:
                    if member.isfile():
                        member.name = f"var/{name}/{member.name}" if "waagent.log" not in member.name else member.name
                        tar.addfile(member, source.extractfile(member))
    kinds = set()
    for symptom in ("UserErrorFsFreezeFailed", "VMExtensionProvisioningError"):
        result = CliRunner().invoke(main, ["analyze", str(joined), "--json", "-", "--symptom", symptom])
        document = json.loads(result.stdout)
        incident = next(i for i in document["incidents"] if i["id"] == document["verdict"]["incident"])
        kinds.add(incident["kind"])
        at = json.loads(
            CliRunner().invoke(main, ["analyze", str(joined), "--json", "-", "--at", incident["end"]]).stdout
        )
        chosen = next(i for i in at["incidents"] if i["id"] == at["verdict"]["incident"])
        assert (chosen["kind"], at["verdict"]["cause"]) == (incident["kind"], document["verdict"]["cause"])
    assert kinds == {"backup", "extension"}


PACK = """schema = 1
title = "The frobnicator is jammed"
kind = "fault"
platforms = ["linux"]
operations = ["backup"]
[cause]
summary = "Jammed {jam.count} times."
why = "It jams."
explains = ["backup/freeze-already-frozen"]
[[remedy]]
step = "Unjam it."
[[evidence]]
key = "jam"
role = "required"
weight = 9
source = ["vmsnapshot"]
match = '''%s'''
"""


def test_a_private_pack_is_used_besides(here: Path) -> None:
    (here / "pack" / "private").mkdir(parents=True)
    (here / "pack" / "private" / "jam.toml").write_text(PACK % "Failed to FIFREEZE: /data")
    arguments = ["analyze", str(SAMPLE), "--json", "-", "--signatures", str(here / "pack")]
    document = json.loads(CliRunner().invoke(main, arguments).stdout)
    assert document["verdict"]["cause"] == "private/jam"
    assert next(c for c in document["causes"] if c["state"] == "effect")["explained_by"] == "private/jam"


def test_a_private_pack_that_is_broken_is_told_with_its_line(here: Path) -> None:
    (here / "pack" / "private").mkdir(parents=True)
    (here / "pack" / "private" / "bad.toml").write_text(PACK % "x" + "colour = 'red'\n")
    result = CliRunner().invoke(main, ["analyze", str(SAMPLE), "--signatures", str(here / "pack")])
    assert result.exit_code == 2
    assert "bad.toml:18: unknown key 'colour'" in result.output


def test_a_private_regex_without_bound_costs_itself_only(here: Path) -> None:
    (here / "pack" / "private").mkdir(parents=True)
    (here / "pack" / "private" / "slow.toml").write_text(PACK % r"Failed to FIFREEZE(?:[ :/\w]+)+(?:\w+)+\x00")
    arguments = ["analyze", str(SAMPLE), "--json", "-", "--signatures", str(here / "pack")]
    document = json.loads(CliRunner().invoke(main, arguments).stdout)
    assert document["verdict"]["cause"] == "backup/freeze-already-frozen"


@pytest.mark.parametrize(
    ("line", "source", "standing"),
    [
        (
            "2025-03-01T10:00:02.000001Z ERROR ExtHandler ExtHandler Event: name=Contoso.Sync.AgentLinux, op=Enable, "
            "message=[ExtensionOperationError] Non-zero exit code: 42, /var/lib/waagent/Contoso-2.4.1/sync.sh enable",
            "waagent",
            "got candidate",
        ),
        ("Mar  1 10:00:01 vm1 contoso[4711]: token /var/lib/contoso/token.42 has expired", "syslog", "got noted"),
    ],
)
def test_a_new_signature_finds_its_line(line: str, source: str, standing: str, tmp_path: Path) -> None:
    """What `signatures new` writes finds the line at once, whatever its numbers; to be named it needs more."""
    run = CliRunner().invoke
    words = ["signatures", "new", "contoso/token-expired", "--folder", str(tmp_path), "--line", line]
    assert run(main, words).exit_code == 0
    text = (tmp_path / "contoso" / "token-expired.toml").read_text("utf-8")
    assert f'source = ["{source}"]' in text
    assert "42" not in tomli.loads(text)["evidence"][0]["match"]
    tested = run(main, ["signatures", "test", "--folder", str(tmp_path), "contoso/token-expired"])
    assert tested.exit_code == 1
    assert standing in tested.output
    again = run(main, words)
    assert again.exit_code == 2
    assert "token-expired.toml is there already" in again.output


@pytest.mark.parametrize(
    ("identity", "line"), [("no id", "a line that says something"), ("a/b", "short"), ("a/b", "it holds ''' inside")]
)  # fmt: skip
def test_a_new_signature_needs_an_id_and_a_line(identity: str, line: str, tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["signatures", "new", identity, "--folder", str(tmp_path), "--line", line])
    assert done.exit_code == 2
    assert list(tmp_path.iterdir()) == []
