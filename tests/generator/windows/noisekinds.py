"""The System log of ordinary days: services, updates, policies, clocks, users, scanners from outside."""

from __future__ import annotations

from datetime import datetime, timedelta

from ..stamps import seconds
from . import scm
from .events import EventLog
from .services import BACKGROUND

UPDATES = "Microsoft-Windows-WindowsUpdateClient"
TIME = "Microsoft-Windows-Time-Service"
CLSID, APPID = "{2593F8B9-4EAF-457C-B68A-50F6B8EA6B54}", "{15C20B67-12E7-4BB6-92BB-7AFF07997402}"
HOST_CLOCK = "VM IC Time Synchronization Provider"


def background_service(log: EventLog, at: datetime) -> None:
    key = log.vm.rng.choice(BACKGROUND)
    scm.ran(log, at, key, log.vm.rng.uniform(2, 20))
    if key == "BITS":
        scm.start_type(log, at + seconds(1), "BITS", "demand", "auto")
        scm.start_type(log, at + timedelta(minutes=2), "BITS", "auto", "demand")


def dcom_permission(log: EventLog, at: datetime) -> None:
    user = ("NT AUTHORITY", "SYSTEM", "S-1-5-18")
    where = ("LocalHost (Using LRPC)", "Unavailable", "Unavailable")
    data = ["application-specific", "Local", "Activation", CLSID, APPID, *user, *where]
    log.add(at, "Microsoft-Windows-DistributedCOM", 10016, data, user="S-1-5-18")


def group_policy(log: EventLog, at: datetime) -> None:
    if log.vm.domain:
        data = ["1", "4820", "0", log.vm.rng.randint(600, 4000), rf"\\DC01.{log.vm.domain}"]
        log.add(at, "Microsoft-Windows-GroupPolicy", 1500, data, user="S-1-5-18")


def hive_cleared(log: EventLog, at: datetime) -> None:
    path = rf"\??\C:\Users\ops{log.vm.rng.randint(1, 4)}\ntuser.dat"
    data = [len(path), path, log.vm.rng.randint(40, 900), log.vm.rng.randint(5, 90)]
    log.add(at, "Microsoft-Windows-Kernel-General", 16, data)


def dns_timeout(log: EventLog, at: datetime) -> None:
    names = ("wpad", "ocsp.digicert.com", "v10.events.data.microsoft.com", "_ldap._tcp.dc._msdcs.corp")
    data = [log.vm.rng.choice(names), "16", "02000035A83F81100000000000000000"]
    log.add(at, "Microsoft-Windows-DNS-Client", 1014, data, user="S-1-5-20")


def schannel(log: EventLog, at: datetime) -> None:
    """Scanners on the internet, and browsers that go away."""
    event_id, data = log.vm.rng.choice(((36874, ["TLS 1.2"]), (36887, ["46"]), (36888, ["10", "1203"])))
    log.add(at, "Schannel", event_id, data, user="S-1-5-18")


def rdp_scan(log: EventLog, at: datetime) -> None:
    client = f"203.0.113.{log.vm.rng.randint(2, 250)}"
    log.add(at, "TermDD", 56, [r"\Device\Termdd", client], "0000040002002C000000000038000AC0")


def logon(log: EventLog, at: datetime) -> None:
    sid, session = f"{log.vm.machine_sid}-500", str(log.vm.rng.randint(2, 9))
    end = at + timedelta(minutes=log.vm.rng.uniform(4, 50))
    log.add(at, "Microsoft-Windows-Winlogon", 7001, [session, sid], user="S-1-5-18")
    log.add(end, "Microsoft-Windows-Winlogon", 7002, [session, sid], user="S-1-5-18")
    process = rf"Process {log.vm.pid()} (\Device\HarddiskVolume2\Windows\System32\svchost.exe)"
    leaked = f"1 user registry handles leaked from \\Registry\\User\\{sid}:"
    detail = f"{leaked}\n{process} has opened key \\REGISTRY\\USER\\{sid}"
    log.add(end + seconds(1), "Microsoft-Windows-User Profiles Service", 1530, [detail], user="S-1-5-18")


def definitions(log: EventLog, at: datetime) -> None:
    version = f"1.4{log.vm.rng.randint(10, 29)}.{log.vm.rng.randint(1, 900)}.0"
    name = "Security Intelligence Update for Microsoft Defender Antivirus - KB2267602"
    update(log, at, f"{name} (Version {version}) - Current Channel (Broad)", 25)


def update(log: EventLog, at: datetime, title: str, took: float) -> None:
    """An update that Windows Update installs in so many seconds."""
    ids = [log.vm.uuid(), "200"]
    service = "{9482f4b4-e343-43b6-b170-9a65bc822c77}"
    log.add(at, UPDATES, 44, [title, *ids], user="S-1-5-18")
    log.add(at + seconds(12), UPDATES, 43, [title, *ids, service], user="S-1-5-18")
    log.add(at + seconds(12 + took), UPDATES, 19, [title, *ids, service], user="S-1-5-18")


def uptime(log: EventLog, at: datetime) -> None:
    data = ["", "", "", "", log.vm.rng.randint(90_000, 4_000_000), "60", "0 Coordinated Universal Time"]
    log.add(at, "EventLog", 6013, data)


def clock(log: EventLog, at: datetime) -> None:
    log.add(at, TIME, 37, [HOST_CLOCK], user="S-1-5-19")
    log.add(at + seconds(11), TIME, 35, [HOST_CLOCK, "0", "2"], user="S-1-5-19")


def ports_reused(log: EventLog, at: datetime) -> None:
    log.add(at, "Tcpip", 4227, [""])


def time_source_unresolved(log: EventLog, at: datetime) -> None:
    data = ["No such host is known. (0x80072AF9)", "15", "time.windows.com,0x8"]
    log.add(at, TIME, 134, data, user="S-1-5-19")


def slow_com_server(log: EventLog, at: datetime) -> None:
    """A COM server that has to do with neither VSS nor COM+."""
    log.add(at, "Microsoft-Windows-DistributedCOM", 10010, ["{AB8902B4-09CA-4BB6-B78D-A8F59079A8D5}"], user="S-1-5-18")


def policy_unreachable(log: EventLog, at: datetime) -> None:
    if log.vm.domain:
        data = ["1", "1548", "0", "45219", "1222", "The network is not present or not started. "]
        log.add(at, "Microsoft-Windows-GroupPolicy", 1129, data, user="S-1-5-18")


def one_retry(log: EventLog, at: datetime) -> None:
    """A single request that a disk answered late."""
    data = [r"\Device\Harddisk0\DR0", f"0x{log.vm.hex(6)}", "0", r"\Device\0000002c"]
    log.add(at, "disk", 153, data)


def lease_renewed_late(log: EventLog, at: datetime) -> None:
    data = ["6", f"0x{log.vm.mac.replace('-', '')}", "0x79"]
    log.add(at, "Microsoft-Windows-Dhcp-Client", 1003, data, user="S-1-5-19")
