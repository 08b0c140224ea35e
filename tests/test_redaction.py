"""Redaction: no planted secret survives, equal secrets get equal stand-ins, and what a diagnosis needs stays."""

from __future__ import annotations

import copy
import json
import string
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.redaction.documents import Redactor, redact_document

STORAGE_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
BLOB = "MIICFQYJKoZIhvcNAQcDoIICBjCCAgICAQAxggG2MIIBsgIBADCBmTCBgDETMBEGCgmSJomT8ixkARk"
JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2lnbmF0dXJl"
PEM_BODY = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj"
PEM = f"-----BEGIN RSA PRIVATE KEY-----\n{PEM_BODY}\n{PEM_BODY[::-1]}\nAbCd12==\n-----END RSA PRIVATE KEY-----"

SHAPES = {
    "sas query": "https://a.blob.core.windows.net/c/d.vhd?sv=2018-03-28&sr=b&sig={}&se=9999-01-01&sp=rw",
    "sas query, signature last": "http://a.blob.core.windows.net/c?sp=r&se=2027-01-01T00%3a00%3a00Z&sv=2018-03-28&sig={}",
    "sas in xml": "<Blob>https://a/b?sv=2018-03-28&amp;sr=b&amp;sig={}&amp;sp=rw</Blob>",
    "bare signature": "canonicalised sig={} rejected",
    "bare sas token": "token is sv=2018-03-28&sr=b&sig={}&sp=rw",
    "account key": "DefaultEndpointsProtocol=https;AccountName=x;AccountKey={};EndpointSuffix=core.windows.net",
    "shared access key": "Endpoint=sb://x/;SharedAccessKeyName=Root;SharedAccessKey={};EntityPath=y",
    "json password": '{{"adminUsername": "bob", "adminPassword": "{}"}}',
    "json in json": '{{"settings": "{{\\"password\\":\\"{}\\",\\"a\\":1}}"}}',
    "json in json in json": '"{{\\\\\\"clientSecret\\\\\\": \\\\\\"{}\\\\\\", 1}}"',
    "python dict": "{{'password': '{}', 'user': 'x'}}",
    "assignment": "password={} user=bob",
    "assignment, quoted": 'db_password = "{}"',
    "upper case": "DB_PASSWORD={}",
    "yaml": "  passwd: {}",
    "option": "az vm create --admin-password {} --name x",
    "option with equals": "tool --client-secret={} -v",
    "curl": "curl -s -u bob:{} https://x/",
    "chpasswd": "echo 'bob:{}' | sudo chpasswd",
    "ovf-env": "<wa:UserPassword>{}</wa:UserPassword>",
    "ovf-env, another namespace": "<ns1:UserPassword>{}</ns1:UserPassword>",
    "xml escaped": "&lt;UserPassword&gt;{}&lt;/UserPassword&gt;",
    "cdata": "<AdminPassword><![CDATA[{}]]></AdminPassword>",
    "unattend": "<AdministratorPassword>\n <Value>{}</Value>",
    "custom data": "<CustomData>{}</CustomData>",
    "protected settings": '"protectedSettings": "{}", "protectedSettingsCertThumbprint": "X"',
    "setting element": '<Setting name="Diagnostics.ConnectionString" value="{}" />',
    "bearer": "Authorization: Bearer {}",
    "shared key": "'Authorization': 'SharedKey acct:{}'",
    "auth header": "x-ms-authorization-auxiliary: {}",
    "header tuple": "[('x-ms-copy-source-authorization', '{}'), ('Date', 'x')]",
    "url": "fetching https://bob:{}@host.example/path",
}

secrets = st.text(string.ascii_letters + string.digits + "+/%~_.-", min_size=8, max_size=60).map(lambda s: s + "q7")


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
@given(secret=secrets, around=st.tuples(st.text(max_size=20), st.text(max_size=20)))
@settings(max_examples=25, deadline=None)
def test_no_planted_secret_survives(shape: str, secret: str, around: tuple[str, str]) -> None:
    secret = secret.replace("/", "%2F") if "://bob:" in shape else secret
    clean = Redactor().text(f"{around[0]} {shape.format(secret)} {around[1]}")
    assert secret not in clean


@pytest.mark.parametrize("secret", [STORAGE_KEY, BLOB, JWT, PEM_BODY, "$6$abcdefgh$0123456789abcdefghijklmnop"])
@pytest.mark.parametrize("text", ["{}", "got {} here", '"{}"', "key <{}>"])
def test_secrets_that_tell_themselves_need_no_context(secret: str, text: str) -> None:
    clean = Redactor().text(text.format(secret))
    assert secret not in clean
    assert ":1>" in clean


@pytest.mark.parametrize("broken", [PEM, PEM.replace("\n", "\\n"), PEM.replace("\n", "\r\n"), PEM[:150], PEM[40:]])
def test_private_keys_go_whole_or_in_part(broken: str) -> None:
    clean = Redactor().text(f"before {broken}")
    assert PEM_BODY[:40] not in clean
    assert "AbCd12==" not in clean
    assert clean.startswith("before <")


def test_a_key_over_several_context_lines_goes_from_each() -> None:
    rows = [{"line": n, "text": text, "hit": False} for n, text in enumerate(["a", *PEM.split("\n"), "z"])]
    clean = redact_document({"context": rows})["context"]
    assert [row["text"] for row in clean] == ["a", *["<private-key:1>"] * 5, "z"]
    assert [row["line"] for row in clean] == list(range(7))


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-21T03:12:09.301922Z ERROR ExtHandler [HTTP Failed] GET http://168.63.129.16/machine/?comp=goalstate",
        '"protectedSettingsCertThumbprint": "984B7E3A068318F3C3038D99D7BF738352E020B1"',
        "sha256 9f2c1de0b7a4466e8d1f3a5c7e9b0d2f4a6c8e0b1d3f5a7c9e1b3d5f7a9c1e3b",
        "sudo: root : TTY=pts/0 ; PWD=/root ; USER=root ; COMMAND=/usr/bin/ls",
        "sshd[812]: Failed password for root from 10.0.0.9 port 4711 ssh2",
        "config waagent.conf: Provisioning.DeleteRootPassword=y",
        "DisablePasswordAuthentication: true",
        "Certificate F1B61D1D499D222E0D6D3E7A8177E70F24406CB8 is missing",
        "/var/lib/waagent/Microsoft.Azure.RecoveryServices.VMSnapshotLinux-1.0.9184.0/main/handle.sh",
        "fsfreeze mount :/data",
        'sc config MSDTC obj= "NT AUTHORITY\\NetworkService" password= "" & net start MSDTC',
    ],
)
def test_what_a_diagnosis_needs_stays(text: str) -> None:
    redactor = Redactor()
    assert redactor.text(text) == text
    assert not redactor.counts


def test_equal_secrets_get_equal_stand_ins_however_they_are_quoted() -> None:
    redactor = Redactor()
    clean = redactor.text("a?sv=2018-03-28&sig=AbC%2f1%3d x?sig=AbC%2f1%3d&amp;sp=r sig=AbC/1= sig=other")
    assert clean == "a?<sig:1> x?<sig:1> sig=<sig:1> sig=<sig:2>"
    assert redactor.counts == {"sig": 4}


def document() -> dict[str, Any]:
    """A small document with secrets in values, keys and facts."""
    return {
        "z": ["password=Second22 x", "password=First1111 y"],
        "a": {"text": "password=First1111", "n": 3, "ok": True, "none": None},
        "facts": {"conf.HttpProxy.Password": "Proxy99pass", "url[https://u:Hidden123@h/]": 1, "agent.version": "2.9"},
        "elsewhere": "the value Kq7wLongEnough42 stands alone, \ud800 and again Kq7wLongEnough42",
        "given away": "AccountKey=Kq7wLongEnough42;",
        "redactions": {"count": 0, "kinds": {}},
    }


def test_numbers_follow_a_sorted_walk_and_everything_is_counted() -> None:
    clean = redact_document(document())
    assert clean["a"] == {"text": "password=<password:1>", "n": 3, "ok": True, "none": None}
    assert clean["z"] == ["password=<password:3> x", "password=<password:1> y"]
    assert clean["facts"] == {
        "conf.HttpProxy.Password": "<password:2>", "url[https://u:<url-password:1>@h/]": 1, "agent.version": "2.9",
    }  # fmt: skip
    assert clean["redactions"] == {"count": 8, "kinds": {"account-key": 3, "password": 4, "url-password": 1}}
    assert list(clean) == list(document()), "the order of keys stays"


def test_a_secret_given_away_once_is_removed_everywhere() -> None:
    wanted = "the value <account-key:1> stands alone, \ud800 and again <account-key:1>"
    assert redact_document(document())["elsewhere"] == wanted


def test_wide_characters_do_not_shift_what_is_removed() -> None:
    clean = redact_document({"a": "AccountKey=Kq7wLongEnough42;", "b": "🦊é\ud800 Kq7wLongEnough42 ende"})
    assert clean["b"] == "🦊é\ud800 <account-key:1> ende"


def test_order_of_keys_does_not_matter_and_input_stays() -> None:
    given_document = document()
    before = copy.deepcopy(given_document)
    turned = dict(reversed(list(given_document.items())))
    assert redact_document(given_document) == redact_document(turned)
    assert given_document == before


def test_a_second_pass_changes_nothing() -> None:
    once = redact_document(document())
    twice = redact_document(once)
    assert {**twice, "redactions": None} == {**once, "redactions": None}
    assert twice["redactions"]["count"] == 0


def test_other_outputs_share_the_stand_ins() -> None:
    redactor = Redactor()
    redact_document(document(), redactor)
    assert redactor.text("password=First1111") == "password=<password:1>"


def test_keys_that_become_equal_are_both_kept() -> None:
    clean = redact_document({"facts": {"x password=Aa11bb22": 1, "x passwd=Aa11bb22": 2, "x  password=Aa11bb22": 3}})
    assert sorted(clean["facts"].values()) == [1, 2, 3]


@given(st.text(max_size=300))
@settings(max_examples=200, deadline=None)
def test_lines_keep_their_number(text: str) -> None:
    assert Redactor().text(text).count("\n") == text.count("\n")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
@settings(max_examples=100, deadline=None)
def test_any_document_passes(value: Any) -> None:
    json.dumps(redact_document({"value": value}))


@pytest.mark.parametrize(
    "hostile",
    [
        '"password":"' * 4_000, "<Password>" * 4_000, "://a:" * 8_000, "?sv=2020-" * 5_000, "sig=" * 9_000,
        ("A" * 70 + "\n") * 1_000 + "private key", "-----BEGIN PRIVATE KEY-----" * 2_000, "\\" * 40_000 + '"password',
        "curl " * 8_000, 'name="' * 6_000 + "connectionstring", "a-" * 20_000 + "password", "&lt;Password&gt;" * 3_000,
        "password" * 6_000, "--password" * 4_000, "echo a:" * 6_000 + "chpasswd", "eyJaaaaaaa." * 4_000,
    ],
    ids=lambda text: text[:16],
)  # fmt: skip
def test_hostile_text_takes_no_longer_than_its_length_allows(hostile: str) -> None:
    began = time.process_time()
    Redactor().text(hostile)
    assert time.process_time() - began < 5
