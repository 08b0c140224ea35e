"""The table of portal symptoms: everything in it is found again, nothing else is, and an edit cannot lose an entry."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

import pytest

from analyzer.judging.symptoms import Symptom, SymptomError, load_symptoms
from analyzer.signatures.load import load_folder
from tests.known_symptoms import (
    AGENT_SILENT,
    FREEZE,
    KNOWN,
    MANAGED_DISKS,
    NO_NETWORK,
    RP_LIMIT,
    SNAPSHOT_STATUS,
    WRITER,
)

REPO = Path(__file__).resolve().parent.parent
TABLE = load_symptoms()
CODES = [(symptom, code) for symptom in TABLE.symptoms for code in symptom.codes]
STRINGS = [
    (symptom, language, message)
    for symptom in TABLE.symptoms
    for language, messages in symptom.strings.items()
    for message in messages
]

VARIANTS = {
    "as it is": "{}",
    "in a sentence": "Error details: {} (job 4f1c, 2024-05-01 02:00)",
    "with a full stop": "{}.",
    "among other script": "錯誤代碼：{}，請重試",
}


def resolved_id(text: str) -> str | None:
    found = TABLE.resolve(text)
    return found.symptom.id if found else None


@pytest.mark.parametrize(("text", "expected"), KNOWN)
def test_what_microsoft_documents_is_known(text: str, expected: str) -> None:
    assert resolved_id(text) == expected


@pytest.mark.parametrize(("symptom", "code"), CODES, ids=[code for _, code in CODES])
def test_each_code_is_found(symptom: Symptom, code: str) -> None:
    for name, frame in VARIANTS.items():
        for written in (code, code.lower(), code.upper(), code.swapcase(), "\u00ad".join(code), "\u200b".join(code)):
            found = TABLE.resolve(frame.format(written))
            assert found is not None, (name, written)
            assert (found.symptom.id, found.how, found.likeness) == (symptom.id, "code", 1.0), (name, written)


@pytest.mark.parametrize("code", [code for _, code in CODES if len(code) >= 20 and code.isascii()])
def test_a_long_code_is_found_in_pieces(code: str) -> None:
    torn = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", code)
    assert resolved_id(f"Fehlercode: {torn}!") == resolved_id(code)


@pytest.mark.parametrize(
    ("symptom", "language", "message"), STRINGS, ids=[f"{symptom.id}-{language}" for symptom, language, _ in STRINGS]
)
def test_each_message_is_found(symptom: Symptom, language: str, message: str) -> None:
    spellings = [message, message.upper(), message.lower(), message.swapcase()]
    spellings += [re.sub(r"[-–—]", dash, message) for dash in "-–—‑"]
    spellings += [message.replace(" ", blank) for blank in ("  ", "\u00a0", "\u3000", "\n")]
    spellings += [re.sub(r"['’]", quote, message) for quote in "'’`"]
    for name, frame in VARIANTS.items():
        for written in spellings:
            found = TABLE.resolve(frame.format(written))
            assert found is not None, (language, name, written)
            assert (found.symptom.id, found.how) == (symptom.id, "text"), (language, name, written)


@pytest.mark.parametrize(
    ("symptom", "message"), [(symptom, message) for symptom, _, message in STRINGS if len(message) >= 30]
)
def test_a_slip_in_a_message_is_forgiven(symptom: Symptom, message: str) -> None:
    middle = len(message) // 2
    found = TABLE.resolve(message[:middle] + "q" + message[middle + 1 :])
    assert found is not None
    assert found.symptom.id == symptom.id
    assert 0.85 <= found.likeness <= 1.0


@pytest.mark.parametrize(
    ("text", "expected", "how"),
    [
        ("Could not comunicate with VM agent for snapshot status", SNAPSHOT_STATUS, "fuzzy"),
        ("VM 代理程序无法与 Azure 备份通信", AGENT_SILENT, "fuzzy"),
        (
            "No se pudo comunicar con el agente de la máquina virtual para ver su estado de instantánea",
            SNAPSHOT_STATUS,
            "fuzzy",
        ),
        ("UserErrorGuestAgentStatusUnavailble", AGENT_SILENT, "fuzzy"),
        (
            "Could not communicate with the VM agent for the snapshot status. Snapshot VM sub-task timed out",
            SNAPSHOT_STATUS,
            "fuzzy",
        ),
        ("User Error Guest Agent Status Unavailable", AGENT_SILENT, "code"),
        ("ExtensionOperation-\nFailed", "extension-operation-failed", "code"),
    ],
)
def test_nearly_equal_text_is_found(text: str, expected: str, how: str) -> None:
    found = TABLE.resolve(text)
    assert found is not None
    assert (found.symptom.id, found.how) == (expected, how)


def test_the_longer_code_wins_and_a_wrapper_gives_way() -> None:
    assert resolved_id("ExtensionOperationFailed, later ExtensionOperationFailedForManagedDisks") == MANAGED_DISKS
    assert resolved_id("UserErrorCrpReportedUserError: code ExtensionFailedVssWriterInBadState") == WRITER
    assert resolved_id("UserErrorCrpReportedUserError") == "crp-reported-user-error"
    assert resolved_id("OperationNotAllowed: nothing else known") == "operation-not-allowed"


@pytest.mark.parametrize(
    "text",
    [
        "", " \n\t", "…", "hello world", "backup", "error", "snapshot", "VM", "VM agent", "Azure Backup", "timed out",
        "The backup operation failed.", "extension operation failed", "an internal error", "Bad request",
        "allocation failed", "operation not allowed", "provisioning succeeded",
        "The VM agent is running and the extension succeeded",
        "Could not communicate with the SQL agent for job status", "Backup job could not communicate with the server",
        "could not connect to server: Connection refused", "UserErrorSomethingCompletelyNew", "MyInternalErrors",
        "1400039", "4000390", "a400039b", "2400094-5",
        "Sicherung fehlgeschlagen", "Ошибка", "备份失败", "備份", "バックアップ", "백업 실패",
        "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore",
        "[HTTP Failed] GET http://168.63.129.16/machine -- IOError timed out -- 6 attempts made",
    ],
)  # fmt: skip
def test_other_text_is_not_taken_for_a_symptom(text: str) -> None:
    assert TABLE.resolve(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "an error report that matches nothing at all but is as long as people paste it " * 30,
        "HandlerEnvironmentWithAVeryLongName JobDetailsPropertyNameOfSomeKind " * 400,
        "無法與虛擬機器通訊來取得快照的狀態因為網路" * 1000,
        "a" * 200_000,
    ],
)
def test_resolving_is_quick(text: str) -> None:
    """A fortieth of a second of the processor at most; a search that is not linear would take many of them."""
    began = time.process_time()
    TABLE.resolve(text)
    assert time.process_time() - began < 0.5


def test_every_language_is_there() -> None:
    wanted = "cs da de el en es et fi fr hr hu it ja ko nl pl pt-BR pt-PT ru sv tr zh-CN zh-TW"
    assert " ".join(sorted({language for _, language, _ in STRINGS})) == wanted


def test_locks_and_limits_clear_the_guest_and_say_what_to_ask() -> None:
    for symptom in TABLE.symptoms:
        assert symptom.ask.strip(), symptom.id
        if symptom.kind == "control-plane":
            assert "?" in symptom.ask or "support case" in symptom.ask, symptom.id
    for name in (RP_LIMIT, "resource-is-locked", "protection-quota-exceeded", "key-vault-permissions"):
        limit = TABLE.get(name)
        assert limit is not None
        assert (limit.kind, limit.causes) == ("control-plane", ("platform/guest-succeeded",))


def test_status_codes_of_the_extension_lead_to_symptoms() -> None:
    by_code = {code: symptom.id for symptom in TABLE.symptoms for code in symptom.guest_codes}
    assert by_code["121"] == FREEZE
    assert by_code["122"] == "fs-freeze-timeout"
    assert by_code["123"] == "unable-to-open-mount"
    assert by_code["76"] == NO_NETWORK
    assert by_code["16"] == "guest-agent-certificate-not-found"
    assert by_code["402"] == SNAPSHOT_STATUS


STATUS_CODES = {code: symptom.id for symptom in TABLE.symptoms for code in symptom.guest_codes}


@pytest.mark.parametrize(("code", "expected"), STATUS_CODES.items(), ids=list(STATUS_CODES))
def test_a_bare_status_code_is_a_symptom(code: str, expected: str) -> None:
    for written in (
        "{}", " {}\n", "error code {}", "Error code: {}.", "StatusCode.{}", '"code": "{}"', "Fehlercode {}",
        "code d’erreur : {}", "código de error {}", "VMSnapshotLinux failed with error code {}",
    ):  # fmt: skip
        found = TABLE.resolve(written.format(code))
        assert found is not None, written
        assert (found.symptom.id, found.matched, found.how) == (expected, code, "code"), written


@pytest.mark.parametrize(
    "text",
    [
        "1210", "0121", "12 1", "121 122", "HTTP 500", "http status code 500", "exit code 2", "2 of 3 disks", "disk 2",
        "code", "error code", "error code 99", "port 80, code 2", "the backup of 3 disks", "121 ms",
    ],
)  # fmt: skip
def test_a_number_among_other_words_is_no_status_code(text: str) -> None:
    assert TABLE.resolve(text) is None


def test_a_message_is_not_outvoted_by_a_status_code_in_it() -> None:
    assert resolved_id("ExtensionFailedVssWriterInBadState (code 76)") == WRITER


@pytest.mark.parametrize(
    ("code", "first"),
    [
        ("UserErrorGuestAgentStatusUnavailable", "guest-agent-stopped"),
        ("VMAgentStatusCommunicationError", "guest-agent-stopped"),
        ("GuestAgentSnapshotTaskStatusError", "guest-agent-stopped"),
        ("UserErrorVmProvisioningStateFailed", "guest-agent-stopped"),
        ("ExtensionSnapshotFailedNoNetwork", "firewall-blocked"),
        ("ExtensionFailedTimeoutVMNetworkUnresponsive", "shadow-storage-exhausted"),
        ("ExtensionSnapshotFailedNoSecureNetwork", "tls-misconfigured"),
        ("ExtensionFailedVssWriterInBadState", "vss-writer-failed"),
        ("ExtensionFailedVssServiceInBadState", "vss-service-failed"),
        ("ExtensionSnapshotFailedCOM", "com-plus-failed"),
        ("ExtensionInstallationFailedCOM", "com-plus-failed"),
        ("ExtensionInstallationFailedMDTC", "com-plus-failed"),
        ("ExtensionInstallProviderCOMMemoryQuotaReached", "com-plus-failed"),
        ("ExtensionVCRedistInstallationFailure", "backup-provider-disabled"),
        ("ExtensionConfigParsingFailure", "machine-keys-denied"),
        ("GuestAgentCertificateNotFound", "machine-keys-denied"),
        ("ExtensionOperationFailed", "antivirus-interferes"),
        ("ExtensionOperationFailedForManagedDisks", "backup-provider-disabled"),
        ("ExtensionCommandExecFailure", "backup-provider-disabled"),
        ("ExtensionSnapshotBitlockerError", "bitlocker-locked"),
        ("GuestAgentPluginInstallCommandProcessingFailed", "dotnet-missing"),
        ("VMRestorePointInternalError", "antivirus-interferes"),
        ("VMRestorePointClientError", "com-plus-failed"),
    ],
)
def test_what_windows_shows_begins_with_its_own_causes(code: str, first: str) -> None:
    found = TABLE.resolve(code)
    assert found is not None
    assert next(cause for cause in found.symptom.causes if cause.startswith("windows/")) == f"windows/{first}"


def test_all_causes_are_known_names() -> None:
    """Of the agreed list, or of a signature that was added to it."""
    agreed = REPO.parent / "shared" / "causes.md"
    if not agreed.is_file():
        assert os.environ.get("CI") != "true", f"{agreed} must be there in CI"
        pytest.skip(f"{agreed} is not on this machine")
    rows = [line.split("|")[1] for line in agreed.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    names = {name.strip() for row in rows for name in row.split(",")}
    names |= {signature.id for signature in load_folder()}
    unknown = {cause for symptom in TABLE.symptoms for cause in symptom.causes} - names
    assert not unknown


def test_the_table_is_read_once() -> None:
    assert load_symptoms() is TABLE


GOOD = """[[symptom]]
id = "first-one"
title = "A title"
codes = ["SomeCodeOfOurs"]
kind = "guest"
operation = "backup"
causes = ["backup/freeze-failed"]
ask = "What?"
[symptom.strings]
en = ["a message that is long enough"]
"""
SECOND = GOOD.replace("first-one", "second-one").replace("SomeCode", "OtherCode").replace("a mess", "another mess")


def test_a_good_table_is_accepted(tmp_path: Path) -> None:
    path = tmp_path / "symptoms.toml"
    path.write_text(GOOD + SECOND, encoding="utf-8")
    assert [symptom.id for symptom in load_symptoms(path).symptoms] == ["first-one", "second-one"]


@pytest.mark.parametrize(
    ("table", "line", "says"),
    [
        (GOOD.replace('"backup/freeze-failed"', '"backup/freeze-failed", "freeze"'), 7, "'freeze' is no cause id"),
        (GOOD.replace('["backup/freeze-failed"]', '["a/b", "a/b"]'), 7, "stands twice"),
        (GOOD.replace('["backup/freeze-failed"]', "[]"), 7, "at least one cause"),
        (GOOD.replace("ask =", "advice ="), 8, "unknown key 'advice'"),
        (GOOD.replace('ask = "What?"\n', ""), 1, "needs 'ask'"),
        (GOOD.replace('"What?"', '" "'), 8, "'ask' is empty"),
        (GOOD.replace('"What?"', "7"), 8, "'ask' must be text"),
        (GOOD.replace('["SomeCodeOfOurs"]', '"SomeCodeOfOurs"'), 4, "'codes' must be a list of texts"),
        (GOOD.replace('"guest"', '"host"'), 5, "kind 'host' is not one of guest, control-plane"),
        (GOOD.replace('"backup"', '"dinner"'), 6, "operation 'dinner' is not one of"),
        (GOOD.replace("first-one", "First One"), 2, "'First One' is no id"),
        (GOOD.replace("en = [", "english = ["), 10, "'english' is no language"),
        (GOOD.replace("a message that is long enough", "too short"), 10, "too short"),
        (GOOD.replace('["SomeCodeOfOurs"]', '["SomeCodeOfOurs", "somecodeofours"]'), 4, "stands twice"),
        (GOOD.replace('ask = "What?"', 'ask = "What?"\nguest_code = ["x1"]'), 9, "'x1' is no status code"),
        (GOOD.replace('ask = "What?"', 'ask = "What?"\nguest_code = ["7", "7"]'), 9, "stands twice"),
        (
            GOOD.replace('ask = "What?"', 'ask = "What?"\nguest_code = ["7"]')
            + SECOND.replace('ask = "What?"', 'ask = "What?"\nguest_code = ["7"]'),
            20,
            "the status code '7' already belongs to 'first-one'",
        ),
        ('guest_code_words = "code"\n' + GOOD, 1, "'guest_code_words' must be a list of texts"),
        (GOOD + GOOD, 12, "a second symptom with the id 'first-one'"),
        (GOOD + SECOND.replace("OtherCodeOfOurs", "somecodeOFOURS"), 14, "already belongs to 'first-one'"),
        (GOOD + SECOND.replace("another message", "A  message"), 20, "already belongs to 'first-one'"),
        (GOOD.replace("[symptom.strings]\nen", "strings"), 9, "must be a table of languages"),
        (GOOD.replace('["SomeCodeOfOurs"]', "[]").split("[symptom.strings]")[0], 1, "needs a code, a status code"),
        ("version = 1\n" + GOOD, 1, "unknown key 'version'"),
        ("# nothing\n", 1, "no [[symptom]] entry"),
        ("symptom = 3\n", 1, "no [[symptom]] entry"),
        (GOOD + "title = = 3\n", 11, "not valid TOML"),
        (GOOD + 'x = "never closed\n', 11, "not valid TOML"),
    ],
)
def test_a_bad_table_is_refused_with_file_and_line(tmp_path: Path, table: str, line: int, says: str) -> None:
    path = tmp_path / "symptoms.toml"
    path.write_text(table, encoding="utf-8")
    with pytest.raises(SymptomError) as refused:
        load_symptoms(path)
    assert says in str(refused.value)
    assert str(refused.value).startswith(f"{path}:{line}: ")


def test_an_unreadable_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SymptomError, match="cannot be read"):
        load_symptoms(tmp_path / "none.toml")
    latin = tmp_path / "latin.toml"
    latin.write_bytes("title = 'é'".encode("latin-1"))
    with pytest.raises(SymptomError, match="cannot be read"):
        load_symptoms(latin)
