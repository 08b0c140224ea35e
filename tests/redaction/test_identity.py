"""Hiding identities: names, addresses and ids go from every place, equal things get equal stand-ins."""

# ruff: noqa: E501 - texts are read best on one line
from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.analysis import analyze
from analyzer.redaction.cleaning import write_clean
from analyzer.redaction.documents import Redactor, redact_document
from analyzer.redaction.identity import Identity
from analyzer.redaction.identity.known import is_telling
from tests.redaction.outputs import contents
from tests.shared import ROOT

VM_ID, OTHER_ID = "7ddeff05-3cda-40a4-ace9-7b3517a10dfd", "2c0f33ea-1435-480f-9d88-4062aee8f5f8"
SUBSCRIPTION = "0f8b7231-1d82-4aa4-819a-e9abba02a100"

PLACES = {
    "syslog": ("Nov 21 03:00:01 erp-db-01 systemd[1]: Started x", "erp-db-01"),
    "syslog of RFC 5424": ("<30>1 2026-11-21T03:00:01.1Z erp-db-01 systemd 1 - - Started x", "erp-db-01"),
    "journal, short-unix": ("1777781400.000000 erp-db-01 systemd[1]: Started x", "erp-db-01"),
    "journal, short-full": ("Sun 2026-05-03 06:10:00 CEST erp-db-01 systemd[1]: Started x", "erp-db-01"),
    "journal, short-monotonic": ("[    5.123456] erp-db-01 systemd[1]: Started x", "erp-db-01"),
    "journal, export": ("_HOSTNAME=erp-db-01", "erp-db-01"),
    "journal, JSON": ('{"_HOSTNAME":"erp-db-01"}', "erp-db-01"),
    "journal": ("2026-11-21T03:00:01.123456+01:00 erp-db-01 sshd[77]: x", "erp-db-01"),
    "console": ("Linux erp-db-01 5.15.0-1053-azure #61-Ubuntu SMP", "erp-db-01"),
    "audit": ("node=erp-db-01 type=SYSCALL msg=audit(1): x", "erp-db-01"),
    "computer": ("<Computer>ERP-DB-01.corp.contoso.com</Computer>", "contoso"),
    "systeminfo": ("Host Name:                 FILESRV03", "FILESRV03"),
    "json": ('{"vmName": "erp-db-01", "x": 1}', "erp-db-01"),
    "json in json": ('{"message": "{\\"computerName\\":\\"ERPDB01\\"}"}', "ERPDB01"),
    "status blob": (f"https://md-1.blob.core.windows.net/$system/labvm01.{VM_ID}.status", "labvm01"),
    "resource": (f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-erp/providers/Microsoft.Compute/virtualMachines/erp1", "rg-erp"),
    "subscription": (f"/subscriptions/{SUBSCRIPTION}/resourceGroups/x", SUBSCRIPTION),
    "machine": ("/providers/Microsoft.Compute/virtualMachines/erp1/extensions/x", "erp1"),
    "vault": ("/providers/Microsoft.RecoveryServices/vaults/contosovault/x", "contosovault"),
    "unc": (r"cannot reach \\filesrv03\backup$", "filesrv03"),
    "home": ("cd /home/jdoe/.ssh", "jdoe"),
    "profile": (r"C:\Users\jdoe\AppData", "jdoe"),
    "profile in json": (r'"C:\\Users\\jdoe\\AppData"', "jdoe"),
    "sudo": ("x sudo:     jdoe : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/ls", "jdoe"),
    "ssh": ("sshd[1]: Accepted publickey for jdoe from 10.1.2.3 port 4 ssh2", "jdoe"),
    "failed": ("sshd[1]: Failed password for invalid user jdoe from 10.1.2.3 port 4", "jdoe"),
    "session": ("systemd-logind[1]: New session 5 of user jdoe.", "jdoe"),
    "su": ("su: (to root) jdoe on pts/0", "jdoe"),
    "cron": ("CRON[15344]: (jdoe) CMD (x)", "jdoe"),
    "admin": ('"adminUsername": "jdoe"', "jdoe"),
    "event data": ("<Data Name='TargetUserName'>jdoe</Data>", "jdoe"),
    "event domain": ("<Data Name='SubjectDomainName'>CONTOSO</Data>", "CONTOSO"),
    "account": ("<Data Name='SubjectDomainName'>CONTOSO</Data> by CONTOSO\\jdoe", "jdoe"),
    "account in json": ('{"userDomain": "CONTOSO", "x": "CONTOSO\\\\nadia"}', "nadia"),
    "account name": ("Account Name:\t\tjdoe", "jdoe"),
    "sid": ("S-1-5-21-1004336348-1177238915-682003330-512", "1177238915"),
    "v4": ("SRC=10.145.47.100 DST=168.63.129.16", "10.145.47.100"),
    "v4 with port": ("connect to 20.50.88.235:443 failed", "20.50.88.235"),
    "share": (r"cannot reach \\10.1.2.3\backup", "10.1.2.3"),
    "folder": ("logs/10.1.2.3/messages", "10.1.2.3"),
    "two": ("10.1.2.3/10.1.2.4 and 40.1.2.3/40.1.2.4", "2.4"),
    "small v4": ("inet 2.16.1.9/24 brd", "2.16.1.9"),
    "v6": ("inet6 fe80::20d:3aff:fe12:3456/64 scope link", "20d:3aff"),
    "long v6": ("from 2603:1020:0201:0010:0000:0000:0000:01a5 port", "2603:1020"),
    "mac": ("link/ether 00:0d:3a:12:34:56 brd ff:ff:ff:ff:ff:ff", "00:0d:3a:12:34:56"),
    "windows mac": ("Physical Address. . . : 00-0D-3A-12-34-56", "00-0D-3A-12-34-56"),
    "bare mac": ('"macAddress": "000D3A123456"', "000D3A123456"),
    "mail": ("mail from jane.doe@contoso.com rejected", "jane.doe@contoso.com"),
    "vm id": (f'"vmId": "{VM_ID}"', VM_ID),
    "any id": (f"taskId: {OTHER_ID}", OTHER_ID),
    "storage": ("https://contosodiag.blob.core.windows.net/x", "contosodiag"),
    "vault host": ("https://contoso-kv.vault.azure.net/secrets", "contoso-kv"),
    "web app": ("https://contosoapp.azurewebsites.net/api", "contosoapp"),
    "proxy": ("http://proxy.contoso.com:3128", "contoso"),
    "name server": ("search corp.contoso.com", "contoso"),
    "bare host": ("cannot resolve db01.contoso.local now", "contoso"),
    "internal": ("erp.x1y2z3a4b5c6d7e8f9.ax.internal.cloudapp.net", "x1y2z3a4b5c6d7e8f9"),
}  # fmt: skip

KEPT = [
    "GET http://168.63.129.16:80/machine/?comp=goalstate and 169.254.169.254 from 127.0.0.1 to 0.0.0.0",
    "netmask 255.255.255.0 broadcast 255.255.255.255 ::1 169.254.10.3 224.0.0.251",
    "WALinuxAgent-2.15.0.1 is running as the goal state agent",
    "Azure Linux Agent Version: 2.15.0.1",
    "Microsoft.Azure.RecoveryServices.VMSnapshotLinux-1.0.9184.0 version 10.0.0.7 installed",
    r"C:\Packages\Plugins\Microsoft.Compute.BGInfo\2.2.5.0\bin",
    "/var/lib/waagent/Microsoft.Azure.Monitor.AzureMonitorLinuxAgent/12.20.30.40/HandlerState",
    "2026-11-21T03:12:09.301922Z ERROR Daemon: x 03:12:09 10:20:30",
    "https://packages.microsoft.com/ubuntu and http://azure.archive.ubuntu.com:80/x",
    '{"version": "6.0.12.0"} <Version>6.0.12.0</Version> C:\\\\Packages\\\\x\\\\6.0.12.0\\\\bin',
    "getent hosts STORAGEACCOUNT.blob.core.windows.net",
    "getty@tty1.service user@1000.service",
    r"NT AUTHORITY\SYSTEM C:\Users\Public /home/",
    "sshd[1]: Failed password for root from 127.0.0.1 port 4",
    "thumbprint 984B7E3A068318F3C3038D99D7BF738352E020B1",
    "{b5946137-7b9f-4925-af80-51abd60b20d5}",
    "std::vector a::b Foo::Bar dead.beef: 1",
    r"HKLM\SOFTWARE\Microsoft\Windows Azure and \\?\Volume{x}\ and \\.\PHYSICALDRIVE0",
    "link/ether 12:34:56:78:9a:bc brd ff:ff:ff:ff:ff:ff",
]


def hidden(text: str, shaped: bool = False) -> str:
    identity = Identity(Counter(), shaped=shaped)
    identity.learn(text)
    return identity.text(text)


@pytest.mark.parametrize("shaped", [False, True])
@pytest.mark.parametrize(("text", "name"), PLACES.values(), ids=PLACES)
def test_each_place_of_a_name(text: str, name: str, shaped: bool) -> None:
    assert name in text
    clean = hidden(text, shaped)
    assert name.lower() not in clean.lower()
    assert hidden(clean, shaped) == clean, "a stand-in is no name"


@pytest.mark.parametrize("text", KEPT)
def test_what_carries_diagnosis_stays(text: str) -> None:
    assert hidden(text) == text


def test_equal_things_get_equal_stand_ins_whatever_their_case() -> None:
    text = (
        "Nov 21 03:00:01 erp-db-01 sudo: jdoe : x\n<Computer>ERP-DB-01</Computer> /home/jdoe 10.9.8.7 10.9.8.7\n"
        f"file ERP-DB-01_logs.zip \\nerp-db-01 says erp-db-011 {VM_ID} {VM_ID.upper()}"
    )
    assert hidden(text) == (
        "Nov 21 03:00:01 <host:1> sudo: <user:1> : x\n<Computer><host:1></Computer> /home/<user:1> <ip:1> <ip:1>\n"
        "file <host:1>_logs.zip \\n<host:1> says erp-db-011 <id:1> <id:1>"
    )


def test_stand_ins_in_shape_are_what_they_stand_for() -> None:
    text = f"10.9.8.7 fe80::20d:3aff:fe12:3456 00-0d-3a-12-34-56 {VM_ID} a@b.contoso.com"
    assert hidden(text, shaped=True) == (
        "198.18.0.1 2001:2::2 02-00-00-00-00-01 00000000-0000-0000-0000-000000000001 email-1@example.invalid"
    )


def test_an_ordinary_word_goes_only_from_where_names_stand() -> None:
    """A host called 'backup' must not take the word from what signatures look for."""
    text = "Nov 21 03:00:01 backup systemd[1]: the backup failed\nNov 21 03:00:02 backup kernel: x"
    assert hidden(text) == "Nov 21 03:00:01 <host:1> systemd[1]: the backup failed\nNov 21 03:00:02 <host:1> kernel: x"
    assert not is_telling("snapshot")
    assert is_telling("erp-db-01")


def test_an_escaped_line_break_is_not_the_beginning_of_a_name() -> None:
    text = '{"userDomain": "CONTOSO", "adminUsername": "nina", "x": "CONTOSO\\nfoo \\nina nina"}'
    clean = hidden(text, shaped=True)
    assert json.loads(clean) == {"userDomain": "domain-1", "adminUsername": "user-1", "x": "domain-1\nfoo \nina user-1"}


def test_kinds_of_ids_are_learnt_from_facts() -> None:
    document: dict[str, Any] = {
        "bundle": {"name": "logs_ERPDB77.zip"},
        "facts": {"os.hostname": "erpdb77", "vm.id": VM_ID, "vm.subscription": SUBSCRIPTION},
        "rows": [f"{SUBSCRIPTION} {VM_ID} {OTHER_ID} erpdb77", "nothing"],
    }
    before = json.dumps(document)
    clean = redact_document(document, identity=True)
    assert clean["bundle"]["name"] == "logs_<host:1>.zip"
    assert clean["rows"] == ["<subscription:1> <vm-id:1> <id:1> <host:1>", "nothing"]
    assert clean["redactions"]["kinds"] == {"host": 3, "id": 1, "subscription": 2, "vm-id": 2}
    assert json.dumps(document) == before
    assert redact_document(document)["rows"] == document["rows"], "only who asks for it gets it"


def test_one_redactor_serves_all_outputs() -> None:
    redactor = Redactor(identity=True)
    redact_document({"facts": {"os.hostname": "erpdb77"}, "a": "10.1.2.3 erpdb77"}, redactor)
    assert (
        redactor.text("on ERPDB77 from 10.1.2.3 password=Abcd1234") == "on <host:1> from <ip:1> password=<password:1>"
    )


@given(
    st.text(max_size=200),
    st.sampled_from(sorted(PLACES)),
    st.text(st.characters(exclude_categories=["L", "N", "Cs", "P", "S"]), max_size=20),
)
@settings(max_examples=150, deadline=None)
def test_any_text_passes_keeps_its_lines_and_passes_again(noise: str, place: str, around: str) -> None:
    text = f"{noise}\n{around}\n{PLACES[place][0]}\n{noise}"
    identity = Identity(Counter())
    identity.learn(text)
    once = identity.text(text)
    assert once.count("\n") == text.count("\n")
    assert identity.text(once) == once


@cache
def secrets_of(path: Path) -> dict[str, str]:
    """What identifies the machine, by the facts of its bundle."""
    facts = analyze(path).to_json()["facts"]
    names = ("os.hostname", "vm.name", "vm.id", "vm.subscription", "vm.resource_group", "vm.container_id")
    return {name: str(facts[name]).lower() for name in names if name in facts}


@pytest.mark.parametrize("path", sorted((ROOT / "sample_bundles").glob("*.tar.gz")), ids=lambda path: path.stem)
def test_no_clean_sample_names_its_machine(path: Path, tmp_path: Path) -> None:
    before, names = "\n".join(contents(path).values()).lower(), secrets_of(path)
    clean = "\n".join(contents(write_clean(path, tmp_path / "clean.tar.gz", identity=True).path).values()).lower()
    assert names, "the sample names its machine"
    assert [name for name, value in names.items() if value in clean] == []
    users = set(re.findall(r"/home/(\w+)|accepted \w+ for (\w+)", before))
    assert [user for pair in users for user in pair if user and re.search(rf"\b{user}\b", clean)] == []
    addresses = set(re.findall(r"(?<![\w.])10\.\d{1,3}\.\d{1,3}\.\d{1,3}(?![\w.])", before)) - {"10.0.20348"}
    assert sorted(address for address in addresses if re.search(rf"(?<![\w.]){address}(?![\w.])", clean)) == []
