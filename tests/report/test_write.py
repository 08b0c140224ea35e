"""Reports are put in their places whole or not at all, and one that cannot be written costs no other."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
import sample

from analyzer.aside import whole
from analyzer.report.write import FORMS, NotWritten, clash, print_verdict, render, write_reports


def test_every_form_is_written(tmp_path: Path) -> None:
    targets = {form: str(tmp_path / form) for form in FORMS}
    assert write_reports(sample.document(), targets | {"json": None}) == {
        f: t for f, t in targets.items() if f != "json"
    }
    for form in FORMS:
        if form != "json":
            assert (tmp_path / form).read_text("utf-8") == render(form, sample.document())


def test_the_others_stay_whole_where_one_cannot_be_written(tmp_path: Path) -> None:
    bad = str(tmp_path / "missing" / "x.json")
    targets = {"html": str(tmp_path / "a.html"), "json": bad, "sarif": str(tmp_path / "a.sarif")}
    with pytest.raises(NotWritten) as caught:
        write_reports(sample.document(), targets)
    assert str(caught.value) == f"{bad}: No such file or directory"
    assert caught.value.filename == bad
    assert list(caught.value.written) == ["html", "sarif"]
    assert json.loads((tmp_path / "a.sarif").read_text("utf-8"))["version"] == "2.1.0"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.html", "a.sarif"]


def test_stdout_comes_last(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written = write_reports(sample.document(), {"markdown": "-", "junit": str(tmp_path / "j.xml")})
    assert list(written) == ["junit"]
    assert capsys.readouterr().out.startswith("## ")


def test_a_write_that_breaks_off_leaves_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "report.html"
    target.write_text("before")

    def break_off() -> None:
        with whole(target) as file:
            file.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        break_off()
    assert target.read_text() == "before"
    assert list(tmp_path.iterdir()) == [target]


def test_rights_links_and_devices_are_respected(tmp_path: Path) -> None:
    secret, link = tmp_path / "secret", tmp_path / "link"
    secret.write_text("before")
    secret.chmod(0o600)
    link.symlink_to(secret)
    with whole(link) as file:
        file.write(b"after")
    assert link.is_symlink()
    assert secret.read_text() == "after"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    mask = os.umask(0o027)
    try:
        with whole(tmp_path / "new") as file:
            file.write(b"new")
    finally:
        os.umask(mask)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o640
    with whole(Path("/dev/null")) as file:
        file.write(b"gone")
    assert Path("/dev/null").is_char_device()


def test_outputs_that_would_destroy_each_other_are_refused(tmp_path: Path) -> None:
    a, b = str(tmp_path / "a"), str(tmp_path / "b")
    assert clash({"html": a, "json": b, "markdown": "-", "sarif": None}, "bundle.zip") is None
    assert clash({"html": a, "json": str(tmp_path / "." / "a")}) == f"two outputs would go to {tmp_path / '.' / 'a'}"
    assert clash({"html": "-", "json": "-"}) == "only one output can go to stdout"
    assert clash({"html": a}, a) == f"{a} is the bundle itself"
    assert clash({"html": "-"}, "-") is None


def test_the_verdict_and_the_places_fit_the_screen(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("LINES", "20")
    print_verdict(sample.document(), {"html": "a.html", "json": "b.json"}, to_stderr=True)
    out = capsys.readouterr()
    assert out.out == ""
    lines = out.err.splitlines()
    assert len(lines) < 20
    assert lines[-2:] == ["Report: a.html", "Report: b.json"]
