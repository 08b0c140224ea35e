"""What changed between two bundles of a VM: told where it is a change, and only there."""

from __future__ import annotations

import copy
import json
import re
import tarfile
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from analyzer.analysis import analyze
from analyzer.compare import Difference, compare
from analyzer.compare.page import render_diff_html
from analyzer.compare.table import load
from analyzer.compare.terminal import render_diff_terminal
from analyzer.language import LANGUAGES
from analyzer.report.cells import cells
from analyzer.report.html import asset, policy
from tests.shared import ROOT

SAMPLES = ROOT / "sample_bundles"
TOOL = {"name": "vmtriage", "version": "9.9.9"}
CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]")


@pytest.fixture(scope="module")
def newer() -> dict[str, Any]:
    return analyze(SAMPLES / "backup-freeze-busy.tar.gz").to_json()


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The same VM some days before: its backups went well, and its configuration was another."""
    folder = tmp_path_factory.mktemp("older")
    with tarfile.open(SAMPLES / "backup-freeze-busy.tar.gz") as archive:
        archive.extractall(folder, filter="data")
    for log in [
        *folder.glob("var/log/waagent.log"),
        *folder.rglob("var/log/azure/*/*.log"),
        folder / "var/log/messages",
    ]:
        lines = log.read_text("utf-8").splitlines(keepends=True)
        cut = next(
            (n for n, line in enumerate(lines) if re.search(r"^.{0,30}(2025.09.(1[89]|2)|Sep (1[89]|2))", line)), None
        )
        log.write_text("".join(lines[:cut]), "utf-8")
    handler = folder / "var/lib/waagent/Microsoft.Azure.RecoveryServices.VMSnapshotLinux-1.0.9233.0"
    (handler / "config/403.settings").rename(handler / "config/399.settings")
    (handler / "status/403.status").unlink()
    status = handler / "config/HandlerStatus"
    status.write_text(status.read_text("utf-8").replace("1.0.9233.0", "1.0.9220.0"), "utf-8")
    handler.rename(handler.with_name(handler.name.replace("9233", "9220")))
    conf = folder / "etc/waagent.conf"
    conf.write_text(conf.read_text("utf-8").replace("OS.EnableFirewall=y", "OS.EnableFirewall=n"), "utf-8")
    for path in folder.glob("var/lib/waagent/history/*/*"):
        path.unlink()
    return analyze(folder).to_json()


@pytest.fixture
def pair(older: dict[str, Any], newer: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    return copy.deepcopy(older), copy.deepcopy(newer)


def changes(difference: Difference, title: str) -> dict[str, tuple[str, str, str]]:
    return {
        change.name: (change.kind, change.before, change.after)
        for group in difference.groups
        if group.title == title
        for change in group.changes
    }


def untold(difference: Difference) -> set[tuple[str, str]]:
    return {(item.teller, item.pattern) for group in difference.groups for item in group.untold}


def with_facts(document: dict[str, Any], **facts: Any) -> dict[str, Any]:
    named = {name.replace("__", "."): value for name, value in facts.items()}
    return document | {"facts": document["facts"] | named}


def test_two_bundles_of_a_vm(pair: tuple[dict[str, Any], dict[str, Any]]) -> None:
    difference = compare(*pair)
    assert not difference.swapped
    assert not difference.same_bundle
    assert (difference.before.letter, difference.after.letter) == ("A", "B")
    assert (difference.before.outcome, difference.after.outcome) == ("no-fault", "named")
    assert difference.after.cause == "backup/freeze-already-frozen"
    assert not difference.certainly_others
    assert not difference.perhaps_others
    version = "extension[Microsoft.Azure.RecoveryServices.VMSnapshotLinux].version"
    assert changes(difference, "Versions")[version] == ("changed", "1.0.9220.0", "1.0.9233.0")
    assert changes(difference, "Configuration")["conf.OS.EnableFirewall"] == ("changed", "n", "y")
    assert ("appeared", "backup/freeze-already-frozen") in {(c.kind, c.id) for c in difference.causes}
    failed = [item for item in difference.incidents if item.failed]
    assert [(item.kind, item.title, item.code) for item in failed] == [("appeared", "Backup run 403", "121")]
    assert any("FIFREEZE" in error.text and error.since for error in difference.errors)
    assert difference.passing > 0
    assert ("after", "goal_state.*") in untold(difference)


def test_the_order_of_time_counts_not_that_of_the_arguments(pair: tuple[dict[str, Any], dict[str, Any]]) -> None:
    straight, turned = compare(*pair), compare(pair[1], pair[0])
    assert turned.swapped
    assert (turned.before.letter, turned.after.letter) == ("B", "A")
    assert turned.groups == straight.groups
    assert turned.errors == straight.errors
    assert "A is the newer one: what follows goes from B to A." in render_diff_terminal(turned, colour=False, width=100)


def test_a_bundle_and_itself_differ_in_nothing(newer: dict[str, Any]) -> None:
    difference = compare(newer, newer)
    assert difference.same_bundle
    assert difference.same_verdict
    assert (difference.groups, difference.causes, difference.incidents, difference.errors) == ((), (), (), ())
    assert difference.passing == 0
    assert render_diff_terminal(difference, colour=False, width=80).startswith("Both are the same bundle.\n")


def test_two_vms_are_said_to_be_two(pair: tuple[dict[str, Any], dict[str, Any]]) -> None:
    older, newer = pair
    older = with_facts(older, vm__id="11111111-1111-1111-1111-111111111111")
    difference = compare(older, newer)
    assert [change.name for change in difference.certainly_others] == ["vm.id"]
    assert "two different VMs" in render_diff_terminal(difference, colour=False, width=100)
    renamed = with_facts(pair[0], vm__id=newer["facts"]["vm.id"].upper(), os__hostname="other")
    difference = compare(renamed, newer)
    assert not difference.certainly_others
    assert [change.name for change in difference.perhaps_others] == ["os.hostname"]
    assert "renamed or moved" in render_diff_terminal(difference, colour=False, width=200)


def test_linux_and_windows_are_no_one_vm(newer: dict[str, Any]) -> None:
    windows = analyze(SAMPLES / "windows-healthy.tar.gz").to_json()
    assert [change.name for change in compare(newer, windows).certainly_others] == ["os"]


def test_what_one_bundle_does_not_tell_is_no_change(pair: tuple[dict[str, Any], dict[str, Any]]) -> None:
    older, newer = pair
    older["facts"] = {k: v for k, v in older["facts"].items() if not k.startswith("conf.") and k != "os.kernel"}
    newer = with_facts(newer, os__kernel="6.1")
    difference = compare(older, newer)
    assert not any(name.startswith("conf.") for name in changes(difference, "Configuration"))
    assert {("after", "conf.*"), ("after", "os.kernel")} <= untold(difference)
    assert "Only B tells: " in render_diff_terminal(difference, colour=False, width=200)


def test_a_marker_tells_by_being_there(pair: tuple[dict[str, Any], dict[str, Any]]) -> None:
    difference = compare(pair[0], with_facts(pair[1], agent__disabled=True))
    assert changes(difference, "Configuration")["agent.disabled"] == ("appeared", "", "yes")


def test_an_extension_that_came_is_one_line(pair: tuple[dict[str, Any], dict[str, Any]]) -> None:
    new = {"version": "2.0", "handler_status": "NotReady", "handler_message": "x", "status_code": 5}
    older, newer = pair
    newer["facts"] |= {f"extension[A.B].{field}": value for field, value in new.items()}
    told = {n: c for title in ("Versions", "State") for n, c in changes(compare(older, newer), title).items()}
    assert told["extension[A.B]"] == ("appeared", "", "version 2.0, handler_status NotReady, status_code 5")
    assert not any(name.startswith("extension[A.B].") for name in told)
    told = changes(compare(newer | {"timeline": older["timeline"]}, pair[1] | {"facts": older["facts"]}), "Versions")
    assert told["extension[A.B]"][0] == "gone"


def test_figures_that_wander_say_nothing(pair: tuple[dict[str, Any], dict[str, Any]]) -> None:
    def shown(before: int, after: int) -> bool:
        older, newer = copy.deepcopy(pair)
        older["facts"]["disk[/].use_percent"], newer["facts"]["disk[/].use_percent"] = before, after
        return "disk[/].use_percent" in changes(compare(older, newer), "State")

    assert [shown(70, 74), shown(70, 75), shown(97, 70)] == [False, True, True]


def test_versions_tell_which_way_they_went(pair: tuple[dict[str, Any], dict[str, Any]]) -> None:
    older, newer = pair
    older["facts"]["agent.version"], newer["facts"]["agent.version"] = "2.9.1.1", "2.15.0.1"
    (change,) = [c for g in compare(older, newer).groups for c in g.changes if c.name == "agent.version"]
    assert change.order == 1
    older["facts"]["agent.version"], newer["facts"]["agent.version"] = "2.15.0.1", "2.9.1.1"
    (change,) = [c for g in compare(older, newer).groups for c in g.changes if c.name == "agent.version"]
    assert change.order == -1


def test_long_lists_tell_only_what_differs(pair: tuple[dict[str, Any], dict[str, Any]]) -> None:
    older, newer = pair
    older["facts"]["certificates.present"] = list("abcd")
    newer["facts"]["certificates.present"] = list("bcde")
    assert changes(compare(older, newer), "Configuration")["certificates.present"] == ("changed", "4", "4: −a, +e")


def test_an_error_is_new_by_its_wording(pair: tuple[dict[str, Any], dict[str, Any]]) -> None:
    older, newer = (document | {"causes": []} for document in pair)
    for document in (older, newer):
        document.pop("events", None)
    item = {"template": "", "count": 3, "source": "syslog", "level": "error", "file": "var/log/messages", "line": 7}
    seen = item | {"first": "2025-09-15T00:00:00Z", "last": None, "sample": "disk 12 failed at 0x1234"}
    again = item | {"first": "2025-09-22T00:00:00Z", "last": None, "sample": "disk 98 failed at 0xffff"}
    fresh = item | {"first": "2025-09-22T00:00:01Z", "last": None, "sample": "fan 3 failed"}
    older["unknown"], newer["unknown"] = [seen], [again, fresh]
    (error,) = compare(older, newer).errors
    assert (error.text, error.count, error.since, error.file, error.line) == (
        "fan 3 failed",
        3,
        True,
        "var/log/messages",
        7,
    )
    fresh["first"] = "2025-09-15T00:00:00Z"
    (error,) = compare(older, newer).errors
    assert not error.since


def events(rows: list[tuple[int, int, str, int]], left_out: int = 0) -> dict[str, Any]:
    """A table of events: time, level, text, role."""
    return {
        "sources": ["syslog"], "levels": ["none", "critical", "error", "warning", "info", "verbose"],
        "files": ["var/log/messages"], "causes": ["a/b"], "roles": ["evidence", "problem"],
        "time": [row[0] for row in rows], "level": [row[1] for row in rows], "text": [row[2] for row in rows],
        "role": [row[3] for row in rows], "source": [0] * len(rows), "file": [0] * len(rows),
        "line": list(range(1, len(rows) + 1)), "evidence": [[0, 0]], "left_out": left_out,
    }  # fmt: skip


def test_errors_are_those_of_the_table_of_events(pair: tuple[dict[str, Any], dict[str, Any]]) -> None:
    older, newer = pair
    at = 1_790_000_000_000_000
    older["events"] = events([(at, 2, "disk 1 failed", 2)])
    newer["events"] = events(
        [
            (at, 4, "mount /data refused", 1),  # evidence without a level that reads like an error
            (at + 2, 2, "disk 2 failed", 2),  # known
            (at + 5, 3, "clock is slow", 2),
            (at + 4, 2, "fan 1 broke", 2),
            (at + 1, 2, "fan 9 broke", 2),
            (at + 3, 4, "quiet failed line", 0),
        ]
    )
    difference = compare(older, newer)
    told = [(error.text, error.level, error.count, error.causes) for error in difference.errors]
    assert told == [
        ("mount /data refused", "error", 1, ("a/b",)),
        ("fan 9 broke", "error", 2, ()),
        ("clock is slow", "warning", 1, ()),
    ]
    assert difference.errors_complete
    older["events"]["left_out"] = 4
    difference = compare(older, newer)
    assert not difference.errors_complete
    assert "may not be" in render_diff_terminal(difference, colour=False, width=200)


def test_a_time_that_neither_covers_is_said(pair: tuple[dict[str, Any], dict[str, Any]]) -> None:
    older, newer = pair
    assert compare(older, newer).hole is None
    newer["timeline"]["start"] = "2025-09-20T00:00:00Z"
    older["timeline"]["end"] = "2025-09-17T00:00:00Z"
    difference = compare(older, newer)
    assert "Neither bundle covers 2025-09-17 00:00:00 – 2025-09-20 00:00:00 UTC (3 d)." in render_diff_terminal(
        difference, colour=False, width=120
    )


def test_an_operation_that_ended_otherwise_is_a_change(pair: tuple[dict[str, Any], dict[str, Any]]) -> None:
    older, newer = pair
    item = copy.deepcopy(newer["incidents"][0]) | {"outcome": "open", "resolved": False}
    older["incidents"] = [item, copy.deepcopy(item) | {"key": "lost"}]
    difference = compare(older, newer)
    changed = [i for i in difference.incidents if i.kind == "changed"]
    assert [(i.before, i.after) for i in changed] == [
        (("open", False), ("succeeded", newer["incidents"][0]["resolved"]))
    ]
    assert difference.left_behind == 1


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_the_terminal_form_fits(pair: tuple[dict[str, Any], dict[str, Any]], width: int) -> None:
    for language in LANGUAGES:
        text = render_diff_terminal(compare(*({**d, "language": language} for d in pair)), colour=False, width=width)
        assert all(cells(line) <= width for line in text.split("\n"))
        assert not CONTROLS.search(text)


def test_colour_only_repeats_the_signs(pair: tuple[dict[str, Any], dict[str, Any]]) -> None:
    difference = compare(*pair)
    plain = render_diff_terminal(difference, colour=False, width=90)
    coloured = render_diff_terminal(difference, colour=True, width=90)
    assert "\x1b" not in plain
    assert re.sub(r"\x1b\[[\d;]+m", "", coloured) == plain
    for line in ("  → conf.OS.EnableFirewall", "  + Another product holds", "  ✕ Backup run 403"):
        assert line in plain


def test_json_is_the_difference(pair: tuple[dict[str, Any], dict[str, Any]]) -> None:
    difference = compare(*pair)
    told = json.loads(json.dumps(difference.as_json()))
    assert told["schema"] == 1
    assert told["after"]["cause"] == "backup/freeze-already-frozen"
    assert len(told["errors"]) == len(difference.errors)


def test_the_page_is_sealed_and_tells_all(pair: tuple[dict[str, Any], dict[str, Any]]) -> None:
    difference = compare(*pair)
    page = render_diff_html(difference, TOOL)
    assert page == render_diff_html(compare(*pair), TOOL)
    tree: Any = lxml_html.fromstring(page)
    assert tree.xpath("//script | //@onclick | //@src | //link[not(@href='data:,')] | //@style") == []
    style = asset("report.css", "diff.css")
    assert tree.xpath("//meta[@http-equiv]/@content") == [policy(style)]
    assert "script-src 'none'" in policy(style)
    assert tree.xpath("string(//style)") == style
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {href[1:] for href in tree.xpath("//a/@href")} <= set(ids)
    words = " ".join(tree.xpath("//main")[0].text_content().split())
    for told in ("conf.OS.EnableFirewall", "1.0.9220.0", "Backup run 403", "FIFREEZE", "Only B tells"):
        assert told in words
    assert len(page) < 400_000


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_made_in_every_language(pair: tuple[dict[str, Any], dict[str, Any]], language: str) -> None:
    page = render_diff_html(compare(*({**d, "language": language} for d in pair)), TOOL)
    assert f'<html lang="{language}">' in page


HOSTILE = st.text(st.one_of(st.characters(), st.sampled_from("<>&\"'{}`\x00\x1b\u202e\ud800\n")), max_size=40)


@settings(max_examples=40, deadline=None)
@given(HOSTILE)
def test_nothing_of_a_bundle_gets_out(older: dict[str, Any], newer: dict[str, Any], text: str) -> None:
    hostile = f"<img src=x onerror=alert(1)>{text}"
    a, b = copy.deepcopy(older), copy.deepcopy(newer)
    for n, document in enumerate((a, b)):
        document["bundle"]["name"] = document["verdict"]["headline"] = f"{hostile}{n}"
        document["facts"] |= {
            "os.pretty": f"{hostile}{n}",
            f"extension[{hostile}].version": str(n),
            f"{hostile}{n}": "x",
        }
        document["unknown"] = [
            {"count": 1, "source": hostile, "level": "error", "first": None, "file": hostile, "line": 1}
            | {"sample": f"{hostile} failed"}
        ]
        document.pop("events", None)
        for cause in document["causes"]:
            cause["title"] = hostile
    difference = compare(a, b)
    page = render_diff_html(difference, TOOL)
    tree = lxml_html.fromstring(page)
    assert tree.xpath("//img | //script | //@onerror") == []
    shown = render_diff_terminal(difference, colour=False, width=80)
    assert not CONTROLS.search(shown)
    assert all(cells(line) <= 80 for line in shown.split("\n"))
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e\ud800-\udfff]", page)


def test_every_fact_of_the_samples_has_a_group() -> None:
    table = load()
    names = {name for path in sorted(SAMPLES.glob("*.tar.gz")) for name in analyze(path).facts}
    lost = sorted(name for name in names if table.place(name)[0] == len(table.groups) and not table.is_passing(name))
    assert lost == []


def test_patterns_of_the_table_are_used_once() -> None:
    table = load()
    patterns = [pattern.text for group in table.groups for pattern in group.patterns]
    assert len(patterns) == len(set(patterns))
    assert len({group.title for group in table.groups}) == len(table.groups)
