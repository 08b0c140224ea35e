"""No planted secret of any kind, in any type of file, reaches any output or a clean bundle."""

# ruff: noqa: E501 - texts are read best on one line
from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.analysis import analyze
from analyzer.redaction.cleaning import write_clean
from analyzer.redaction.documents import Redactor
from analyzer.redaction.redactor import to_markup
from tests.redaction.filetypes import TYPES, evtx
from tests.redaction.outputs import contents, reports, write_bundle
from tests.redaction.planted import KINDS, PW, WORD, Planted

NAMES = [kind.name for kind in KINDS]


def forms(secret: str) -> set[str]:
    """A secret as files write it."""
    once = json.dumps(secret)[1:-1]
    return {
        secret,
        once,
        json.dumps(once)[1:-1],
        html.escape(secret),
        html.escape(secret, quote=False),
        secret.replace("/", "\\/"),
    }


def leaks(text: str) -> Iterator[str]:
    """The planted secrets that a text shows."""
    for kind in KINDS:
        for secret in kind.secrets:
            for form in forms(secret):
                if form in text:
                    yield f"{kind.name}: {form}"


def test_there_are_more_than_forty_kinds_and_eight_types() -> None:
    assert len(set(NAMES)) == len(KINDS) >= 40
    assert len(TYPES) >= 8


@pytest.mark.parametrize("kind", KINDS, ids=NAMES)
@pytest.mark.parametrize("path", [path for path in TYPES if not path.endswith((".gz", ".zip"))])
def test_each_kind_goes_from_each_type_of_file(path: str, kind: Planted) -> None:
    data = TYPES[path](kind.text)
    text = data.decode("utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8")
    assert any(form in text for form in forms(kind.secrets[0])), "the secret is planted"
    clean = Redactor().text(text)
    assert [form for secret in kind.secrets for form in forms(secret) if form in clean] == []


@cache
def planted_files() -> dict[str, bytes]:
    """Each kind in each type of file."""
    files: dict[str, bytes] = {}
    for number, kind in enumerate(KINDS):
        for path, write in TYPES.items():
            folder, _, name = path.rpartition("/")
            files[f"{folder}/{number:03d}/{name}"] = write(kind.text)
    files["var/log/waagent.log"] = b"".join(TYPES["var/log/waagent.log"](kind.text) for kind in KINDS)
    files["winevt/Application.evtx"] = evtx([kind.text for kind in KINDS])
    return files


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_bundle(tmp_path_factory.mktemp("planted") / "planted.tar.gz", planted_files())


def test_no_report_and_no_export_shows_one(bundle: Path) -> None:
    shown = reports(analyze(bundle))
    assert [f"{form}: {leak}" for form, text in shown.items() for leak in leaks(text)] == []
    assert "<password:1>" in shown["csv"], "the exports hold the lines at all"


@pytest.mark.parametrize("identity", [False, True])
def test_no_clean_bundle_holds_one(bundle: Path, tmp_path: Path, identity: bool) -> None:
    cleaned = write_clean(bundle, tmp_path / "clean.tar.gz", identity=identity)
    before, after = contents(bundle), contents(cleaned.path)
    assert list(leaks("\n".join(before.values()))), "they were there"
    assert [f"{name}: {leak}" for name, text in after.items() for leak in leaks(text)] == []
    assert {reason for _, reason in cleaned.left_out} == {"a private key"}, "files that are nothing but a key"
    assert len(after) == len(before) + 1 - len(cleaned.left_out), "nothing but REDACTED.txt came"
    assert sum(cleaned.counts.values()) > len(KINDS) * len(TYPES)
    again = write_clean(cleaned.path, tmp_path / "again.tar.gz", identity=identity)
    assert again.path.read_bytes() == cleaned.path.read_bytes(), "cleaning twice is cleaning once"


@given(data=st.data(), around=st.tuples(*[st.text(st.characters(exclude_categories=["Cs"]), max_size=30)] * 2))
@settings(max_examples=150, deadline=None)
def test_none_survives_random_surroundings(data: st.DataObject, around: tuple[str, str]) -> None:
    kind = data.draw(st.sampled_from(KINDS))
    clean = Redactor().text(f"{around[0]}\n{kind.text}\n{around[1]}")
    assert [secret for secret in kind.secrets if secret in clean] == []


@given(st.lists(st.sampled_from(KINDS), max_size=6), st.sampled_from(["\n", " | ", "\n\n"]))
@settings(max_examples=60, deadline=None)
def test_cleaning_twice_is_cleaning_once_and_lines_stay(kinds: list[Planted], between: str) -> None:
    text = between.join(kind.text for kind in kinds)
    once = Redactor().text(text)
    again = Redactor()
    assert again.text(once) == once
    assert not again.counts
    assert once.count("\n") == text.count("\n")


def test_json_and_xml_stay_well_formed() -> None:
    from lxml import etree

    redactor = Redactor()
    for kind in KINDS:
        for path in ("var/lib/waagent/A.B-1.0.0.0/config/x.json", "var/lib/waagent/A.B-1.0.0.0/status/0.status"):
            json.loads(redactor.text(TYPES[path](kind.text).decode()))
        etree.fromstring(to_markup(redactor.text(TYPES["var/lib/waagent/some.xml"](kind.text).decode())).encode())


KEPT = [
    "thumbprint 984B7E3A068318F3C3038D99D7BF738352E020B1 is missing",
    "sha256:9f2c1de0b7a4466e8d1f3a5c7e9b0d2f4a6c8e0b1d3f5a7c9e1b3d5f7a9c1e3b",
    "md5 d41d8cd98f00b204e9800998ecf8427e  /var/lib/waagent/x.zip",
    "/subscriptions/0f8b7231-1d82-4aa4-819a-e9abba02a100/resourceGroups/rg-erp/providers/Microsoft.Compute/virtualMachines/vm",
    "taskId: 2c0f33ea-1435-480f-9d88-4062aee8f5f8",
    "GET https://umsa7x2c0vqhc0w.blob.core.windows.net/7d89d439b79f4452950452399add2c90/manifest.xml",
    "Basic authentication is used; basic-environment.txt; bearer of bad news",
    "code=121 exit code=UserErrorFsFreezeFailed ?snapshot=2025-09-15T22:41:44.829279Z",
    "echo done | sudo tee /etc/x; docker run -p 8080:80 nginx; mkdir -p /var/tmp/x; ssh -p 22 host",
    "chpasswd: password updated successfully",
    "x-ms-version: 2014-02-14 x-ms-client-request-id: 2c0f33ea-1435-480f-9d88-4062aee8f5f8",
    "mysqld.service: Main process exited, code=exited, status=1/FAILURE",
    "    ImagePath    REG_EXPAND_SZ    C:\\WindowsAzure\\GuestAgent.exe",
    "Failed to decrypt protectedSettings: certificate was 984B7E3A068318F3C3038D99D7BF738352E020B1",
    "pam_unix(sudo:auth): authentication failure; logname= uid=0",
    "Microsoft.Azure.Monitor.AzureMonitorLinuxAgent-1.29.5 token refresh failed with 401",
    "S-1-5-21-1004336348-1177238915-682003330-512 and MAC 00-0D-3A-12-34-56",
    "kernel: Command line: BOOT_IMAGE=/boot/vmlinuz-5.15.0-1053-azure root=PARTUUID=2c0f33ea ro console=ttyS0",
]


@pytest.mark.parametrize("text", KEPT)
def test_what_is_no_secret_stays(text: str) -> None:
    redactor = Redactor()
    assert redactor.text(text) == text
    assert not redactor.counts


@pytest.mark.parametrize(
    "hostile",
    [
        '"protectedSettings": {' * 3_000, '"protectedSettings": {"a": "' + "x" * 60_000, "echo " * 8_000 + "| sudo -S",
        "chpasswd:\n" * 4_000, "a:b\n" * 9_000 + "chpasswd", "Basic " * 8_000, "?code=" * 8_000, "x-a" * 9_000 + "-key:",
        "net use " * 5_000, "mysql " * 6_000, "Private-Lines: 2\n" * 3_000, "az login " * 4_000, "auth" * 9_000,
        '"key":"' * 6_000, "123456-" * 8_000, "ghp_" * 9_000, "psk" * 12_000, "&#10;" * 8_000 + "chpasswd:", "-----BEGIN " * 4_000 + "PRIVATE KEY",
    ],
    ids=lambda text: text[:14],
)  # fmt: skip
def test_hostile_text_is_no_slower(hostile: str) -> None:
    import time

    began = time.process_time()
    Redactor().text(hostile)
    assert time.process_time() - began < 5


def test_what_stands_below_a_list_of_passwords_goes_whole() -> None:
    text = f"chpasswd:\n  list: |\n    bob:{PW} and {WORD}\nAuthorization: Basic Ym9iOlRydWI0ZG9y"
    clean = Redactor().text(text)
    assert [secret for secret in (PW, WORD, "Ym9iOlRydWI0ZG9y") if secret in clean] == []


def test_many_texts_are_as_each_of_them() -> None:
    texts = [line for kind in KINDS for line in kind.text.split("\n")] + ["nothing", ""]
    one = Redactor()
    assert Redactor().texts(texts) == [one.text(text) for text in texts]


def test_a_long_text_is_as_its_parts() -> None:
    """Beyond a few KiB only the lines around a trigger are looked at."""
    quiet = "2026-11-21T03:12:09Z INFO ExtHandler nothing happened here\n" * 200
    text = "".join(f"{quiet}{kind.text}\n" for kind in KINDS)
    assert list(leaks(Redactor().text(text))) == []
    assert re.sub(r"<[a-z-]+:\d+>", "", Redactor().text(text)).count(quiet) >= len(KINDS) - 1
