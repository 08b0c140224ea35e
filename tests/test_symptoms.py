"""The table of portal symptoms: everything in it is found again, nothing else is, and an edit cannot lose an entry."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

import pytest

from analyzer.judging.symptoms import Symptom, SymptomError, load_symptoms

REPO = Path(__file__).resolve().parent.parent
TABLE = load_symptoms()
CODES = [(symptom, code) for symptom in TABLE.symptoms for code in symptom.codes]
STRINGS = [
    (symptom, language, message)
    for symptom in TABLE.symptoms
    for language, messages in symptom.strings.items()
    for message in messages
]

AGENT_SILENT = "guest-agent-status-unavailable"
SNAPSHOT_STATUS = "guest-agent-snapshot-task-status-error"
NO_NETWORK = "extension-snapshot-failed-no-network"
MANAGED_DISKS = "extension-operation-failed-for-managed-disks"
PROVISIONING_FAILED = "vm-provisioning-state-failed"
INTERNAL = "backup-operation-failed"
RP_LIMIT = "rp-collection-limit-reached"
COM = "extension-snapshot-failed-com"
SUB_TASK = "snapshot-sub-task-timed-out"
UNDESIRABLE = "vm-not-in-desirable-state"
FREEZE = "fs-freeze-failed"
WRITER = "vss-writer-in-bad-state"
KEY_VAULT = "key-vault-permissions"
DISK_SIZE = "unsupported-disk-size"
IN_PROGRESS = "backup-operation-in-progress"

# Typed from Microsoft's pages, not from the table.
KNOWN = [
    # damaged by machine translation, and misspelt
    ("усерерроргуестажентстатусунаваилабле", AGENT_SILENT),
    ("гуестажентснапшоттаскстатусеррор", SNAPSHOT_STATUS),
    ("усереррорвмпровисионингстатефаилед", PROVISIONING_FAILED),
    ("UserErrorGuestAgentStatusIn", AGENT_SILENT),
    ("Operação De extensãoFalhaforManagedDisks", MANAGED_DISKS),
    ("UserErrorUnsuportaedDiskSize", DISK_SIZE),
    ("UserErrorUnsuportadDiskSize", DISK_SIZE),
    ("extensionsnapshotfailednonetwork", NO_NETWORK),
    ("backupoperationfailed", INTERNAL),
    ("ExtentionOperationFailed", "extension-operation-failed"),
    ("ExtentionOperationFailedForManagedDisks", MANAGED_DISKS),
    ("UserErrorRPCollectionLimitReached", RP_LIMIT),
    ("UserErrorKeyVaultPermissionsNotConfigured", KEY_VAULT),
    ("UserErrorSkuNotAvaialable", "sku-not-available"),
    ("UserErrorResourceIsInLockedStat", "resource-is-locked"),
    # 2016 and 2018
    ("Could not communicate with the VM agent for snapshot status - Snapshot VM sub task timed out.", SNAPSHOT_STATUS),
    ("VM Agent unable to communicate with Azure Backup", AGENT_SILENT),
    ("Unable to perform the operation as the VM Agent is not responsive", SNAPSHOT_STATUS),
    ("Snapshot operation failed due to no network connectivity on the virtual machine", NO_NETWORK),
    ("VMSnapshot extension operation failed", MANAGED_DISKS),
    ("Backup failed with an internal error - Please retry the operation in a few minutes", INTERNAL),
    ("BackUpOperationFailedV2", INTERNAL),
    # codes with a trace in the guest
    ("UserErrorGuestAgentStatusUnavailable", AGENT_SILENT),
    ("GuestAgentSnapshotTaskStatusError", SNAPSHOT_STATUS),
    ("UserErrorVmProvisioningStateFailed", PROVISIONING_FAILED),
    ("ExtensionSnapshotFailedNoNetwork", NO_NETWORK),
    ("ExtensionSnapshotFailedNoSecureNetwork", "extension-snapshot-failed-no-secure-network"),
    ("ExtensionOperationFailedForManagedDisks", MANAGED_DISKS),
    ("ExtensionOperationFailed", "extension-operation-failed"),
    ("BackUpOperationFailed", INTERNAL),
    ("BCMCrpInternalError", "bcm-crp-internal-error"),
    ("VMRestorePointInternalError", "vm-restore-point-internal-error"),
    ("UserErrorVmNotInDesirableState", UNDESIRABLE),
    ("VmNotInDesirableState", UNDESIRABLE),
    ("UserErrorFsFreezeFailed", FREEZE),
    ("UserErrorFsFreezeTimeout", "fs-freeze-timeout"),
    ("UserErrorUnableToOpenMount", "unable-to-open-mount"),
    ("ExtensionSnapshotFailedCOM", COM),
    ("ExtensionInstallationFailedCOM", COM),
    ("ExtensionInstallationFailedMDTC", COM),
    ("ExtensionInstallProviderCOMMemoryQuotaReached", "com-memory-quota-reached"),
    ("ExtensionFailedVssWriterInBadState", WRITER),
    ("ExtensionFailedVssServiceInBadState", "vss-service-in-bad-state"),
    ("ExtensionSnapshotBitlockerError", "bitlocker-locked-drive"),
    ("ExtensionConfigParsingFailure", "extension-config-parsing-failure"),
    ("GuestAgentCertificateNotFound", "guest-agent-certificate-not-found"),
    ("ExtensionStuckInDeletionState", "extension-stuck-in-deletion"),
    ("ExtensionVCRedistInstallationFailure", "vc-redist-installation-failure"),
    ("ExtensionInstallationFailure", "extension-installation-failure"),
    ("ExtensionCommandExecFailure", "extension-command-exec-failure"),
    ("ExtensionFailedOutOfMemoryError", "extension-out-of-memory"),
    ("ExtensionFailedTimeoutVMNetworkUnresponsive", "vm-network-unresponsive"),
    ("ExtensionFailedTimeoutDelayInNetwork", "timeout-delay-in-network"),
    ("ExtensionFailedSnapshotLimitReachedError", "snapshot-limit-reached"),
    ("ExtensionFailedSnapshotRateExceededError", "snapshot-rate-exceeded"),
    ("ExtensionPreScriptTimeout", "pre-script-timeout"),
    ("GuestAgentPluginInstallCommandProcessingFailed", "plugin-install-command-failed"),
    ("ManagedRPCreationFailedInCrpButExtensionSucceeded", "rp-creation-failed-but-extension-succeeded"),
    ("NoExtensionStatusButStatusBlobAvailable", "no-extension-status"),
    ("VMBackupLinuxExtensionConfFileWrongEncodingFormat", "vmbackup-conf-wrong-encoding"),
    ("UserErrorGuestAgentVersionUnsupported", "guest-agent-version-unsupported"),
    ("ExtensionOperationInProgress", "extension-operation-in-progress"),
    ("UserErrorCrpReportedUserError", "crp-reported-user-error"),
    ("400039", "portal-400039"),
    ("380008 AzureVmOffline", "azure-vm-offline"),
    ("UserErrorUnsupportedDiskConfiguration", "unsupported-disk-configuration"),
    ("UserErrorUnsupportedStorageType", "unsupported-storage-type"),
    ("UserErrorUnSupportedDistribution", "unsupported-distribution"),
    ("UserErrorInvalidVMEncryptionInfo", "invalid-vm-encryption-info"),
    # asked for in tickets, documented nowhere
    ("UserErrorFsUnFreezeFailed", "fs-unfreeze-failed"),
    ("ExtensionFailedDisabledServices", "extension-failed-disabled-services"),
    ("ExtensionUnsnapshotFailed", "extension-unsnapshot-failed"),
    # codes of the control plane
    ("UserErrorRpCollectionLimitReached", RP_LIMIT),
    ("UserErrorRpCollectionDeleted", "rp-collection-deleted"),
    ("UserErrorRpCollectionMarkedForDeletion", "rp-collection-deleted"),
    ("UserErrorResourceIsInLockedState", "resource-is-locked"),
    ("UserErrorStorageAccountIsLocked", "storage-account-is-locked"),
    ("UserErrorRequestDisallowedByPolicy", "request-disallowed-by-policy"),
    ("UserErrorKeyvaultPermissionsNotConfigured", KEY_VAULT),
    ("UserErrorUnsupportedDiskSize", DISK_SIZE),
    ("UserErrorBackupOperationInProgress", IN_PROGRESS),
    ("SystemBackupOperationInProgress", IN_PROGRESS),
    ("UserErrorBcmDatasourceNotPresent", "datasource-not-present"),
    ("CopyingVHDsFromBackUpVaultTakingLongTime", "vhd-copy-taking-long"),
    ("320001", "vm-not-found"),
    ("ResourceNotFound", "vm-not-found"),
    ("400094", "vm-not-found"),
    ("BCMV2VMNotFound", "vm-not-found"),
    ("UserErrorVmNotFoundV2", "vm-not-found"),
    ("UserErrorBCMPremiumStorageQuotaError", "premium-storage-quota"),
    ("UserErrorBCMUnsupportedDiskCount", "unsupported-disk-count"),
    ("UserErrorComputeVmWithClassicStorage", "classic-storage"),
    ("UserErrorInvalidNetworkConfigV1", "invalid-network-config-classic"),
    ("UserErrorInvalidManagedDiskOperation", "write-accelerator-disks"),
    ("UserErrorWAEnabledDisksNotSupported", "write-accelerator-disks"),
    ("UserErrorSharedDiskBackupNotSupported", "shared-disks-not-supported"),
    ("UserErrorStandardSSDNotSupported", "standard-ssd-not-supported"),
    ("UserErrorProt32dAllocationPending", "prot32d-allocation-pending"),
    ("UserErrorProtectionQuotaExceeded", "protection-quota-exceeded"),
    ("UserErrorVmVaultLocationMismatch", "vm-vault-location-mismatch"),
    ("UserErrorGenericResourceNotFound", "generic-resource-not-found"),
    ("UserErrorInvalidAuthenticationTokenTenant", "invalid-authentication-token-tenant"),
    ("UserErrorPermissionDenied", "permission-denied"),
    ("AzureIaaSVMBackupPerfIsIR", "backup-slow-initial"),
    ("AzureIaaSVMBackupPerfMoreBackupQueueTime", "backup-slow-queue"),
    ("UserErrorMigrationFromTrustedLaunchVMToNonTrustedVMNotAllowed", "trusted-launch-migration"),
    ("DatasourceNotSupported", "datasource-not-supported"),
    ("Not available with EphemeralDisk", "datasource-not-supported"),
    # restore
    ("UserErrorInstantRpNotFound", "instant-rp-not-found"),
    ("UserErrorSkuNotAvailable", "sku-not-available"),
    ("UserErrorMarketPlaceVMNotSupported", "marketplace-vm-not-supported"),
    ("UserErrorCrossSubscriptionRestoreNotSuppportedForOLR", "cross-subscription-restore-for-olr"),
    (
        "UserErrorCrossSubscriptionRestoreNotSuppportedForUnManagedAzureVM",
        "cross-subscription-restore-for-unmanaged-vm",
    ),
    ("UserErrorCrossSubscriptionRestoreNotSuppportedForCRR", "cross-subscription-restore-for-crr"),
    (
        "UserErrorCrossSubscriptionRestoreNotSuppportedForEncryptedAzureVM",
        "cross-subscription-restore-for-encrypted-vm",
    ),
    (
        "UserErrorCrossSubscriptionRestoreNotSuppportedForTrustedLaunchAzureVM",
        "cross-subscription-restore-for-trusted-launch-vm",
    ),
    ("UserErrorCrossSubscriptionRestoreNotSuppportedFromSnapshot", "cross-subscription-restore-from-snapshot"),
    ("UserErrorCrossSubscriptionRestoreNotSuppportedInvalidTenant", "cross-subscription-restore-invalid-tenant"),
    (
        "UserErrorCrossSubscriptionRestoreNotSuppportedInvalidTargetSubscription",
        "cross-subscription-restore-invalid-target-subscription",
    ),
    ("UserErrorCrossSubscriptionRestoreNotSuppported", "cross-subscription-restore-not-supported"),
    ("UserErrorNetworkAclSANotSupported", "network-acl-storage-account"),
    ("UserErrorOlrNotSupported", "olr-not-supported"),
    ("UserErrorOlrNotSupportedOnRpWithDisksExcluded", "olr-not-supported"),
    ("OlrBackupFailed", "olr-backup-failed"),
    ("UserErrorRestoreDestinationBlobNotFound", "restore-destination-blob-not-found"),
    ("UserErrorVmAlreadyExistWithSameName", "vm-already-exists"),
    ("UserErrorCoreCountSubscriptionQuotaReached", "core-count-quota"),
    ("UserErrorHostedServiceSubscriptionQuotaReached", "hosted-service-quota"),
    ("UserErrorRestoreOperationInProgress", "restore-operation-in-progress"),
    ("UserErrorBCMRestoreStorageAccountNotFound", "restore-storage-account-not-found"),
    ("The job is not in a cancelable state", "job-cancel-not-possible"),
    # restore points
    ("DiskRestorePointUsedByCustomer", "disk-restore-point-in-use"),
    ("There is an active shared access signature outstanding for disk restore point d1", "disk-restore-point-in-use"),
    (
        "OperationNotAllowed: Changes were made to the Virtual Machine while the operation 'Create Restore Point' was "
        "in progress.",
        "vm-changed-during-restore-point",
    ),
    ("OperationNotAllowed: disk(s) have not been allocated successfully", "disks-not-allocated"),
    (
        "VMRestorePointClientError: Creation of Restore Point of a Virtual Machine with Shared disks is not supported",
        "shared-disks-not-supported",
    ),
    ("VMAgentStatusCommunicationError", "vm-agent-status-communication-error"),
    ("VM has not reported status for VM agent or extensions", "vm-agent-status-communication-error"),
    ("internal execution error while creating VM snapshot", "vm-restore-point-internal-error"),
    ("VMRestorePointClientError", "restore-point-client-error"),
    ("VMRestorePointClientError Restore Point creation failed due to COM+ error", COM),
    (
        "Restore Point creation failed due to insufficient memory available in COM+ memory quota",
        "com-memory-quota-reached",
    ),
    ("Restore Point creation failed due to VSS Writers in bad state", WRITER),
    (
        "Restore Point creation failed due to failure in installation of Visual C++ Redistributable for Visual Studio "
        "2012",
        "vc-redist-installation-failure",
    ),
    ("Restore Point creation failed as the maximum allowed snapshot limit (500) …", "snapshot-limit-reached"),
    ("COM+ was unable to talk to the Microsoft Distributed Transaction Coordinator", COM),
    ("Restore Point creation failed due to inadequate VM resources", "vm-network-unresponsive"),
    ("Restore Point creation failed due to no network connectivity on the virtual machine", NO_NETWORK),
    (
        "RestorePoint creation failed since a concurrent 'Create RestorePoint' operation was triggered on the VM",
        "restore-point-concurrent",
    ),
    ("DiskRestorePointClientError", "disk-restore-point-key-vault-not-found"),
    ("Keyvault associated with DiskEncryptionSet not found: kv1", "disk-restore-point-key-vault-not-found"),
    ("BadRequest: … can be made with api-version '2022-03-01' or newer", "restore-point-api-version"),
    ("InternalError", "internal-execution-error"),
    ("InternalExecutionError", "internal-execution-error"),
    ("InternalOperationError", "internal-execution-error"),
    ("An internal execution error occurred. Please retry later", "internal-execution-error"),
    # the compute platform
    ("VMExtensionHandlerNonTransientError", "extension-handler-non-transient-error"),
    (
        "Handler 'h' has reported failure for VM Extension 'e' with terminal error code '1009' and error message: 'x'",
        "extension-handler-non-transient-error",
    ),
    ("VMExtensionProvisioningError", "extension-provisioning-error"),
    ("VM has reported a failure when processing extension 'e'. Error message: x", "extension-provisioning-error"),
    ("VMExtensionProvisioningTimeout", "extension-provisioning-timeout"),
    ("VMExtensionManagementInternalError", "extension-management-internal-error"),
    ("VMArtifactRepositoryInternalError", "artifact-repository-error"),
    ("ArtifactNotFound", "artifact-repository-error"),
    ("ArtifactVersionNotFound", "artifact-repository-error"),
    ("OSProvisioningTimedOut", "os-provisioning-timed-out"),
    ("OS Provisioning for VM 'x' did not finish in the allotted time.", "os-provisioning-timed-out"),
    ("However, the VM guest agent was detected running.", "os-provisioning-timed-out"),
    ("OSProvisioningClientError", "os-provisioning-client-error"),
    ("OSProvisioningInternalError", "os-provisioning-internal-error"),
    ("VMStartTimedOut", "vm-start-timed-out"),
    ("VMRedeploymentFailed", "vm-redeployment-failed"),
    ("AllocationFailed", "allocation-failed"),
    ("OverConstrainedAllocationRequest", "allocation-failed"),
    ("OperationNotAllowed", "operation-not-allowed"),
    ("Operation 'o' is not allowed since VM has extension 'e' in failed state", "extension-in-failed-state"),
    ("Cannot modify extensions in the VM when the VM is not running", "vm-not-running-for-extensions"),
    ("Certificates cannot be added to the VM 'x' if the VM agent is not provisioned", "certificates-need-agent"),
    # another product
    ("UserErrorVMInternetConnectivityIssue", "workload-internet-connectivity"),
    ("GuestAgentStatusUnavailableUserError", "workload-guest-agent-unavailable"),
    ("VMNotInRunningStateUserError", "workload-vm-not-running"),
    ("FabricSvcBackupPreferenceCheckFailedUserError", "workload-backup-preference"),
    ("WlExtPluginServiceStartTimedOut", "workload-service-start-timeout"),
    ("WorkloadExtensionNotPresent", "workload-extension-unreachable"),
    ("WorkloadExtensionNotReachable", "workload-extension-unreachable"),
    ("UserErrorWorkloadExtensionNotInstalled", "workload-extension-unreachable"),
    ("UserErrorDotNetVersionUpgradeRequired", "workload-dotnet-upgrade-required"),
    ("UserErrorSQLNoSysadminMembership", "workload-sql-no-sysadmin"),
    ("UserErrorOpeningSQLConnection", "workload-sql-connection"),
    ("UserErrorBackupFailedAsTransactionLogIsFull", "workload-sql-log-full"),
    ("UserErrorSqlVDIInitFailed", "workload-sql-vdi-init"),
    ("UserErrorHanaInternalRoleNotPresent", "workload-hana-role"),
    ("UserErrorInOpeningHanaOdbcConnection", "workload-hana-odbc"),
    ("OperationCancelledBecauseConflictingOperationRunningUserError", "workload-conflicting-operation"),
    # other languages, row by row
    ("Snapshot VM sub task timed out", SUB_TASK),
    ("VM is in failed provisioning state", PROVISIONING_FAILED),
    ("The Restore Point collection max limit has reached", RP_LIMIT),
    ("Snapshot operation failed because VSS writers were in a bad state", WRITER),
    ("VM is not in a state that allows backups", UNDESIRABLE),
    ("Unable to initiate backup as another backup operation is currently in progress", IN_PROGRESS),
    ("Не удалось запросить состояние моментального снимка в агенте виртуальной машины", SNAPSHOT_STATUS),
    ("Истекло время ожидания для подзадачи моментального снимка ВМ", SUB_TASK),
    ("Агенту виртуальной машины не удалось связаться с Azure Backup", AGENT_SILENT),
    ("виртуальная машина находится в состоянии «сбой подготовки»", PROVISIONING_FAILED),
    ("Произошла внутренняя ошибка архивации. Повторите операцию через несколько минут", INTERNAL),
    ("Nelze komunikovat s agentem OM snímek stavu - vypršel časový limit snímek OM dílčí úkol", SNAPSHOT_STATUS),
    ("operace rozšíření VMSnapshot selhala", MANAGED_DISKS),
    ("無法與 VM 代理程式通訊來取得快照集狀態 - 快照 VM 子工作已逾時", SNAPSHOT_STATUS),
    ("VM 處於失敗的布建狀態", PROVISIONING_FAILED),
    ("無法凍結 VM 的一或多個掛接點以建立檔案系統一致快照集", FREEZE),
    ("快照集作業失敗，因為 VSS 寫入器處於不正常的狀態", WRITER),
    ("VM 目前的狀態不允許備份", UNDESIRABLE),
    ("VM 代理无法与 Azure 备份通信", AGENT_SILENT),
    ("由于虚拟机未建立网络连接，快照操作失败", NO_NETWORK),
    ("未能冻结一个或多个 VM 装入点", FREEZE),
    ("备份失败并出现内部错误 - 请在几分钟后重试操作", INTERNAL),
    (
        "Kan niet communiceren met de VM-agent voor de status van de snapshot - momentopname VM subtaak time-out",
        SNAPSHOT_STATUS,
    ),
    ("kan niet communiceren met de VM-agent voor de status van de moment opname", SNAPSHOT_STATUS),
    ("Keine Kommunikation mit dem VM-Agent zum Abrufen des Momentaufnahmestatus möglich", SNAPSHOT_STATUS),
    ("Die konfigurierten Datenträgergrößen werden von Azure Backup derzeit nicht unterstützt", DISK_SIZE),
    ("Backup verfügt nicht über ausreichende Berechtigungen für den Schlüsseltresor zum Sichern", KEY_VAULT),
    ("Sicherung kann nicht initiiert werden, da derzeit ein anderer Sicherungsvorgang ausgeführt wird", IN_PROGRESS),
    ("Aufgrund des Zustands des virtuellen Computers sind keine Sicherungen möglich", UNDESIRABLE),
    ("L'agent de machine virtuelle ne peut pas communiquer avec le service Sauvegarde Azure", AGENT_SILENT),
    ("La limite maximale de la collection de points de restauration est atteinte", RP_LIMIT),
    ("No se pudo comunicar con el agente de máquina virtual para ver el estado de la instantánea", SNAPSHOT_STATUS),
    ("スナップショットの状態について VM エージェントと通信できませんでした", SNAPSHOT_STATUS),
    ("スナップショット VM サブタスクがタイムアウトしました", SUB_TASK),
    ("VM エージェントが Azure Backup と通信できません", AGENT_SILENT),
    ("復元ポイント コレクションの上限に達しました", RP_LIMIT),
    ("não foi possível se comunicar com o agente VM para o status do instantâneo", SNAPSHOT_STATUS),
    ("a VM está em estado de provisionamento com falha", PROVISIONING_FAILED),
    ("Agente VM incapaz de comunicar com backup Azure", AGENT_SILENT),
    ("O limite máximo de recolha de Ponto de Restauro alcançou", RP_LIMIT),
    ("Incapaz de iniciar backup, uma vez que outra operação de backup está em curso", IN_PROGRESS),
    ("L'agente delle VM non riesce a comunicare con Backup di Azure", AGENT_SILENT),
    ("Errore interno di backup", INTERNAL),
    ("Impossibile bloccare uno o più punti di montaggio della macchina virtuale", FREEZE),
    ("스냅숏 상태에 대해 VM 에이전트와 통신할 수 없음", SNAPSHOT_STATUS),
    ("VM이 백업을 허용하지 않는 상태입니다", UNDESIRABLE),
    ("operacja migawki nie powiodła się z powodu braku łączności z siecią na maszynie wirtualnej", NO_NETWORK),
    ("Anlık görüntü durumu için VM aracısı ile iletişim kurulamadı", SNAPSHOT_STATUS),
    ("ANLIK GÖRÜNTÜ DURUMU İÇİN VM ARACISI İLE İLETİŞİM KURULAMADI", SNAPSHOT_STATUS),
    ("yedekleme bir iç hata ile başarısız oldu", INTERNAL),
    ("VM-agenten kunde inte kommunicera med Azure Backup", AGENT_SILENT),
    ("Maxgränsen för återställningspunktsamlingen har nåtts", RP_LIMIT),
    ("A biztonsági mentés belső hiba miatt meghiúsult", INTERNAL),
    (
        "Yhteyttä tilannevedoksen tila AM-agentti ei voitu muodostaa - tilannevedoksen AM sub tehtävän aikakatkaisu",
        SNAPSHOT_STATUS,
    ),
    ("Ei saanud suhelda VM agent hetktõmmise olek – hetktõmmis VM sub tööülesande aegus", SNAPSHOT_STATUS),
    ("kunne ikke kommunikere med VM agent for øjebliksbillede status", SNAPSHOT_STATUS),
    ("ne može komunicirati s VM agent za brze snimke stanja", SNAPSHOT_STATUS),
    ("δεν ήταν δυνατή η επικοινωνία με τον παράγοντα Εικονική για κατάσταση στιγμιότυπο", SNAPSHOT_STATUS),
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
    spent = []
    for _ in range(3):
        start = time.perf_counter()
        TABLE.resolve(text)
        spent.append(time.perf_counter() - start)
    assert min(spent) < 0.05


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


def test_all_causes_are_agreed_names() -> None:
    agreed = REPO.parent / "shared" / "causes.md"
    if not agreed.is_file():
        assert os.environ.get("CI") != "true", f"{agreed} must be there in CI"
        pytest.skip(f"{agreed} is not on this machine")
    rows = [line.split("|")[1] for line in agreed.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    names = {name.strip() for row in rows for name in row.split(",")}
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
