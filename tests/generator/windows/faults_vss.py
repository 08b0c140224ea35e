"""Backups that fail by VSS itself, by a provider, or by the space for shadow copies."""

from __future__ import annotations

from ..archives import Files
from ..stamps import seconds, utc
from . import commands, scm, vssevents
from .cultures import DE_DE, FR_FR
from .layouts import by_hand, disk_inspection, events, guest_logs, zipped_azure
from .scenario import scenario
from .story import Story
from .vm import (
    AGENT_2021,
    AGENT_2024,
    AGENT_2025,
    EXTENSION,
    SERVER_2016,
    SERVER_2019,
    SERVER_2022,
    WinVm,
)

VSS_STATE = "Snapshot operation failed due to VSS service in bad state."
SET_FAILED = "Snapshot operation failed: the shadow copy set could not be created."
COORDINATOR = "{E579AB5F-1CC4-44B4-BED9-DE0991FF0623}"


@scenario("vss-service-disabled-fr", "windows/vss-service-failed")
def service_disabled() -> Files:
    """Volume Shadow Copy was set to disabled by an administrator; two backups fail with 0x80070422. French."""
    vm = WinVm("vss-service-disabled", "APPFR03", "Europe/Paris", SERVER_2022, AGENT_2024, FR_FR, "siege.example")
    s = Story(vm, utc("2025-02-03 07:00:00"))
    s.nights(3)
    s.rest(9)
    scm.start_type(s.log, s.now, "VSS", "demand", "disabled", user=f"{vm.machine_sid}-500")
    scm.start_type(s.log, s.now + seconds(0.3), "Spooler", "auto", "disabled", user=f"{vm.machine_sid}-500")
    for _ in range(2):
        run = s.try_backup("redist")
        scm.dcom_cannot_start(s.log, run.at + seconds(0.8), "VSS", 1058, COORDINATOR)
        where = vssevents.block("Instantiating VSS server")
        disabled, program = vssevents.hresult(0x80070422), rf"{EXTENSION}\IaaSBcdrExtension.exe"
        vssevents.call_failed(s.log, run.at + seconds(0.9), "CoCreateInstance", disabled, where, program)
        run.say(1.6, "Creating VSS backup components failed {HResult = 0x80070422}", "Error")
        s.failed(run, 28, VSS_STATE)
    s.rest(6)
    return disk_inspection(s, "agents")


@scenario("vss-invalid-sid", "windows/vss-service-failed")
def invalid_profile() -> Files:
    """A leftover .bak profile key has an invalid SID: VSS 8193 (ConvertStringSidToSid) in each backup since."""
    vm = WinVm("vss-invalid-sid", "TERM11", "America/Chicago", SERVER_2019, AGENT_2021)
    s = Story(vm, utc("2025-04-07 11:30:00"), hour=3)
    s.nights(3)
    s.rest(7)
    s.log.add(s.now, "Microsoft-Windows-User Profiles Service", 1511, user=f"{vm.machine_sid}-1104")
    routine, error = f"ConvertStringSidToSid({vm.machine_sid}-1104.bak)", vssevents.hresult(0x80070539)
    for _ in range(2):
        run = s.try_backup("metadata")
        for place in range(3):
            context = vssevents.writer_context(s.log, "Shadow Copy Optimization Writer")
            text = vssevents.block("OnIdentify event\n   Gathering Writer Data", *context)
            vssevents.call_failed(s.log, run.at + seconds(1 + place), routine, error, text)
        run.say(6.2, "GatherWriterMetadata failed {HResult = 0x80042302, VSS_E_UNEXPECTED}", "Error")
        s.failed(run, 28, VSS_STATE)
    s.rest(5)
    return zipped_azure(s, "winevent-csv", {"systeminfo.txt": commands.systeminfo(vm, s.booted)})


@scenario("vss-provider-left-over", "windows/vss-service-failed")
def third_party_provider() -> Files:
    """The VSS provider of a product that was removed is still registered: class not registered (12292, 8193)."""
    vm = WinVm("vss-provider-left", "ERPAPP1", "UTC", SERVER_2016, AGENT_2021)
    s = Story(vm, utc("2024-11-11 06:00:00"))
    s.nights(3)
    s.rest(10)
    package = "{9A1E2C3B-17F0-4A2E-9C11-0D2C8B7E4F55}"
    s.log.add(s.now, "MsiInstaller", 1040, [package, vm.pid()])
    s.log.add(s.now + seconds(40), "MsiInstaller", 1042, [package, vm.pid()])
    foreign, clsid = "{3f900f90-00e9-440e-873a-96ca5eb079e5}", "{aaba0cd7-d6cc-4c1c-a7f2-9a1c5ec1e0b7}"
    run = s.try_backup("drives")
    vssevents.no_provider(s.log, run.at + seconds(0.5), foreign, clsid, 0x80040154)
    where = vssevents.block("Query Shadow Copies", ("Provider ID", foreign), ("Class ID", clsid))
    unregistered = vssevents.hresult(0x80040154)
    vssevents.call_failed(s.log, run.at + seconds(0.6), "CoCreateInstance", unregistered, where)
    run.say(1.2, "StartSnapshotSet failed {HResult = 0x80042304, VSS_E_PROVIDER_NOT_REGISTERED}", "Error")
    s.failed(run, 28, VSS_STATE)
    s.rest(5)
    text = commands.providers(vm, ("Hartwell Backup VSS Provider", foreign))
    return events(s, "clixml") | {"vssadmin list providers.txt": text} | s.azure()


@scenario("shadow-storage-limit", "windows/shadow-storage-exhausted")
def shadow_storage() -> Files:
    """The shadow storage of F: has a limit of 320 MB: its copies are aborted in two backups (volsnap 36)."""
    vm = WinVm("shadow-storage", "DWH02", "Europe/Berlin", SERVER_2019, AGENT_2021, DE_DE)
    s = Story(vm, utc("2022-11-14 06:00:00"), hour=0.5)
    s.nights(4)
    for _ in range(2):
        run = s.try_backup("prepare")
        run.say(0.8, "Waiting for DoSnapshotSet")
        vssevents.volsnap(s.log, run.at + seconds(7), 36, "F:")
        routine = "EndPrepareSnapshots({00000000-0000-0000-0000-000000000000})"
        vssevents.provider_failed(s.log, run.at + seconds(7.6), routine, 0x8004230F, "F:")
        run.say(8.2, "DoSnapshotSet failed {HResult = 0x8004231F, VSS_E_INSUFFICIENT_STORAGE}", "Error")
        s.failed(run, 25, SET_FAILED)
    s.rest(5)
    text = commands.shadow_storage(vm, "F:", "317 MB (0%)", "320 MB (0%)")
    return by_hand(s, "winevent-csv", {"storage.txt": text, "systeminfo.txt": commands.systeminfo(vm, s.booted)})


@scenario("shadow-storage-in-time", "windows/shadow-storage-exhausted")
def shadow_not_in_time() -> Files:
    """The shadow storage of C: could not grow in time; its copies are deleted during the backup (volsnap 25)."""
    vm = WinVm("shadow-not-in-time", "INDEXER4", "UTC", SERVER_2022, AGENT_2025)
    s = Story(vm, utc("2025-06-02 06:00:00"))
    s.nights(5)
    run = s.try_backup("snapshotset")
    vssevents.volsnap(s.log, run.at + seconds(2), 25, "C:")
    run.say(2.9, "Waiting for BackupComplete")
    run.say(3.0, "DoSnapshot failed {HResult = 0x80042308, VSS_E_OBJECT_NOT_FOUND}", "Error")
    s.failed(run, 25, SET_FAILED)
    s.rest(6)
    return guest_logs(s)
