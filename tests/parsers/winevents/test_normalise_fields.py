"""What is derived from an event: from values, from the binary part, from texts in several languages."""

from __future__ import annotations

import struct
import time

import pytest

from analyzer.parsers.winevents import normalise
from analyzer.parsers.winevents.event import WinEvent
from analyzer.parsers.winevents.tables import table

SCM = "Service Control Manager"
VOLUME = r"\\?\Volume{1234abcd-0000-0000-0000-100000000000}"


def fields(event: WinEvent) -> dict[str, str]:
    """The lines of an event's text that look like fields; of codes the digits."""
    found: dict[str, str] = {}
    for line in normalise.text(event).split("\n")[1:]:
        name, equals, value = line[2:].partition("=")
        if line.startswith("  ") and equals and not name.startswith(" "):
            found.setdefault(name, value.split(" ")[0] if name in ("code", "bugcheck", "alert") else value)
    return found


def hexed(text: str) -> str:
    return (text + "\0").encode("utf-16-le").hex().upper()


@pytest.mark.parametrize(
    ("provider", "event_id", "message", "expected"),
    [
        (SCM, 7036, "The Windows Azure Guest Agent service entered the stopped state.",
         {"service": "WindowsAzureGuestAgent", "state": "stopped"}),
        (SCM, 7036, 'Dienst "Volumeschattenkopie" befindet sich jetzt im Status "Ausgeführt".',
         {"service": "VSS", "state": "running"}),
        (SCM, 7036, "Le service Cliché instantané des volumes est entré dans l’état : arrêté.",
         {"service": "VSS", "state": "stopped"}),
        (SCM, 7036, "El servicio Servicios de cifrado entró en el estado en ejecución.",
         {"service": "CryptSvc", "state": "running"}),
        (SCM, 7036, "RdAgent サービスは 停止 状態に移行しました。", {"service": "RdAgent", "state": "stopped"}),
        (SCM, 7036, "Volume Shadow Copy 服务处于 正在运行 状态。", {"service": "VSS", "state": "running"}),
        (SCM, 7040,
         "The start type of the COM+ System Application service was changed from demand start to disabled.",
         {"service": "COMSysApp", "from": "demand", "to": "disabled"}),
        (SCM, 7040, 'Der Starttyp des Diensts "RdAgent" wurde von "Automatisch starten" in "Deaktiviert" geändert.',
         {"service": "RdAgent", "from": "auto", "to": "disabled"}),
        (SCM, 7036, "Il servizio RdAgent è entrato nello stato arrestato.", {"service": "RdAgent", "state": "stopped"}),
        (SCM, 7036, "Windows Azure Guest Agent 서비스가 중지됨 상태로 들어갔습니다.",
         {"service": "WindowsAzureGuestAgent", "state": "stopped"}),
        (SCM, 7036, "Usługa Windows Azure Guest Agent weszła w stan działania.",
         {"service": "WindowsAzureGuestAgent", "state": "running"}),
        (SCM, 7036, "De service IaasVmProvider heeft nu de status gestopt.",
         {"service": "IaasVmProvider", "state": "stopped"}),
        (SCM, 7040, "Il tipo di avvio del servizio RdAgent è stato modificato da avvio automatico a disabilitato.",
         {"service": "RdAgent", "to": "disabled"}),
        (SCM, 7040, "O tipo de início do serviço RdAgent foi alterado de desativado para inicialização automática.",
         {"service": "RdAgent", "to": "auto"}),
        (SCM, 7040, "RdAgent 서비스의 시작 유형이 자동 시작에서 사용 안 함으로 변경되었습니다.",
         {"service": "RdAgent", "to": "disabled"}),
        (SCM, 7040, "RdAgent 服务的启动类型已从 自动启动 更改为 已禁用。", {"service": "RdAgent", "to": "disabled"}),
        (SCM, 7040, "RdAgent サービスの開始の種類は 無効 から 自動的な開始 に変更されました。",
         {"service": "RdAgent", "to": "auto"}),
        (SCM, 7000, "RdAgent サービスを、次のエラーが原因で開始できませんでした: \r\n"
         "そのサービスは指定時間内に開始要求または制御要求に応答しませんでした。",
         {"service": "RdAgent", "code": "0x8007041d"}),
        (SCM, 7000, "The Volume Shadow Copy service failed to start due to the following error: \r\nThe service cannot "
         "be started, either because it is disabled or because it has no enabled devices associated with it.",
         {"service": "VSS", "code": "0x80070422"}),
        (SCM, 7000, 'Der Dienst "RdAgent" wurde aufgrund folgenden Fehlers nicht gestartet: \r\n'
         "Der Dienst antwortete nicht rechtzeitig auf die Start- oder Steuerungsanforderung.",
         {"service": "RdAgent", "code": "0x8007041d"}),
        (SCM, 7000, "Le service Cliché instantané des volumes n’a pas pu démarrer :\nAccès refusé.",
         {"service": "VSS", "code": "0x80070005"}),
        (SCM, 7001, "The COM+ System Application service depends on the COM+ Event System service which failed "
         "to start because of the following error: \nThe dependency service or group failed to start.",
         {"service": "COMSysApp", "depends_on": "EventSystem", "code": "0x8007042c"}),
        (SCM, 7003, "The RdAgent service depends on the following service: Foo. This service might not be installed.",
         {"service": "RdAgent", "depends_on": "Foo"}),
        (SCM, 7009, "A timeout was reached (30000 milliseconds) while waiting for the RdAgent service to connect.",
         {"service": "RdAgent", "timeout": "30000"}),
        (SCM, 7009, "Das Zeitlimit (30000 ms) wurde beim Verbindungsversuch mit dem Dienst RdAgent erreicht.",
         {"service": "RdAgent", "timeout": "30000"}),
        (SCM, 7024, "The SQL Server (PROD) service terminated with the following service-specific error: \n%%1",
         {"service": "MSSQL$PROD"}),
        (SCM, 7031, "The RdAgent service terminated unexpectedly.  It has done this 3 time(s).  The following "
         "corrective action will be taken in 60000 milliseconds: Restart the service.",
         {"service": "RdAgent", "count": "3", "action": "Restart the service"}),
        (SCM, 7038, "The MSSQLSERVER service was unable to log on as CONTOSO\\svc with the currently configured "
         "password due to the following error: \nThe user name or password is incorrect.",
         {"service": "MSSQLSERVER", "account": "CONTOSO\\svc", "code": "0x8007052e"}),
        (SCM, 7045, "A service was installed in the system.\n\nService Name:  IaasVmProvider\nService File Name:  "
         "C:\\x\\svc.exe\nService Type:  user mode service\nService Start Type:  auto start\nService Account:  x",
         {"service": "IaasVmProvider", "start": "auto", "command": "C:\\x\\svc.exe"}),
        ("VSS", 12293, "Volume Shadow Copy Service error: Error calling a routine on a Shadow Copy Provider "
         "{B5946137-7b9f-4925-af80-51abd60b20d5}. Routine details EndPrepareSnapshots({x}) [hr = 0x80042302].",
         {"vss_provider": "{b5946137-7b9f-4925-af80-51abd60b20d5}", "routine": "EndPrepareSnapshots({x})",
          "code": "0x80042302"}),
        ("VSS", 12298, f"The I/O writes cannot be held during the shadow copy creation period on volume {VOLUME}\\. "
         "The volume index is 0. Error details: Open[0x00000000], Release[0x80042314].",
         {"volume": VOLUME, "code": "0x80042314"}),
        ("Microsoft-Windows-DistributedCOM", 10005, 'DCOM got error "1058" attempting to start the service COMSysApp '
         'with arguments "x" in order to run the server:\n{182C40F0-32E4-11D0-818B-00A0C9231C29}',
         {"service": "COMSysApp", "code": "0x80070422", "clsid": "{182c40f0-32e4-11d0-818b-00a0c9231c29}"}),
        ("Application Error", 1000, "Faulting application name: IaaSBcdrExtension.exe, version: 1.0, time stamp: "
         "0x8004efef\r\nFaulting module name: KERNELBASE.dll, version: 10.0, time stamp: 0xb6b8f1e2\r\nException code: "
         "0xe0434352\r\nFault offset: 0x041b39\r\nFaulting application path: C:\\P\\IaaSBcdrExtension.exe\r\n",
         {"process": "IaaSBcdrExtension.exe", "module": "KERNELBASE.dll", "exception": "0xe0434352",
          "command": "C:\\P\\IaaSBcdrExtension.exe"}),
        ("Application Error", 1000, "错误应用程序名称: WaAppAgent.exe，版本: 2.7，时间戳: 0x5f0e1f2d\n"
         "错误模块名称: clr.dll，版本: 4.8，时间戳: 0x5f0e1f2d\n异常代码: 0xc0000005\n错误偏移量: 0x00",
         {"process": "WaAppAgent.exe", "module": "clr.dll", "exception": "0xc0000005", "code": "0xc0000005"}),
        (".NET Runtime", 1026, "Anwendung: WaAppAgent.exe\nFrameworkversion: v4.0.30319\nBeschreibung: Beendet.\n"
         "Ausnahmeinformationen: System.IO.FileLoadException\n   bei Foo.Bar()",
         {"process": "WaAppAgent.exe", "exception": "System.IO.FileLoadException"}),
        ("User32", 1074, "The process C:\\Windows\\wmiprvse.exe (VM01) has initiated the restart of computer VM01 on "
         "behalf of user NT AUTHORITY\\SYSTEM for the following reason: Planned\r\n Reason Code: 0x80020010\r\n",
         {"process": "wmiprvse.exe", "action": "restart", "account": "NT AUTHORITY\\SYSTEM", "reason": "Planned",
          "reason_code": "0x80020010"}),
        ("Microsoft-Windows-Kernel-General", 1, "The system time has changed to \u200e2024\u200e-\u200e05\u200e-"
         "\u200e02T03:12:11.500000000Z from \u200e2024\u200e-\u200e05\u200e-\u200e02T03:22:11.000000000Z.",
         {"jump": "-599.5"}),
        ("Microsoft-Windows-WER-SystemErrorReporting", 1001, "The computer has rebooted from a bugcheck.  The bugcheck "
         "was: 0x000000d1 (0xffffffff80040154, 0x2, 0x0, 0x1). A dump was saved in: C:\\Windows\\MEMORY.DMP.",
         {"bugcheck": "0x000000d1"}),
        ("Disk", 153, "The IO operation at logical block address 0x1234 for Disk 2 (PDO name: \\Device\\00000034) was "
         "retried.", {"disk": "2", "device": "\\Device\\00000034"}),
        ("storvsc", 129, "Reset to device, \\Device\\RaidPort0, was issued.", {"device": "\\Device\\RaidPort0"}),
        ("volsnap", 25, "Die Schattenkopien von Volume D: wurden gelöscht.", {"volume": "D:"}),
        ("Microsoft-Windows-Ntfs", 140, "… may occur in VolumeId: E:, DeviceName: \\Device\\HarddiskVolume5.",
         {"volume": "E:", "device": "\\Device\\HarddiskVolume5"}),
        ("Microsoft-Windows-Resource-Exhaustion-Detector", 2004, "… consumed the most virtual memory: sqlservr.exe "
         "(2044) consumed 29 bytes, w3wp.exe (3132) consumed 9 bytes, and MsMpEng.exe (1800) consumed 3 bytes.",
         {"processes": "sqlservr.exe, w3wp.exe, MsMpEng.exe"}),
        ("Microsoft-Windows-Dhcp-Client", 1001, "Your computer was not assigned an address … for the Network Card with "
         "network address 0x000D3A112233.  The following error occurred: 0x79. Your computer will continue …",
         {"code": "0x80070079"}),
        ("Schannel", 36888, "A fatal alert was generated … The TLS protocol defined fatal error code is 40. The "
         "Windows SChannel error state is 1205.", {"alert": "40", "error_state": "1205"}),
        ("EventSystem", 4621, "The COM+ Event System could not remove the object. The HRESULT was 80070005.",
         {"code": "0x80070005"}),
        ("SQLVDI", 1, "SQLVDI: Loc=SignalAbort. Desc=Client initiates abort. ErrorCode=(0). Process=4020. "
         "Instance=PROD. VD=Global", {"routine": "SignalAbort", "instance": "PROD", "pid": "4020"}),
        ("MsiInstaller", 11708, "Product: Windows Azure VM Agent -- Installation failed.",
         {"product": "Windows Azure VM Agent"}),
        ("EventLog", 6013, "Die Systembetriebszeit ist 86413 Sekunden.", {"uptime": "86413"}),
    ],
)  # fmt: skip
def test_fields_of_a_message(provider: str, event_id: int, message: str, expected: dict[str, str]) -> None:
    found = fields(WinEvent(provider, event_id, message=message))
    assert {name: found.get(name) for name in expected} == expected


@pytest.mark.parametrize(
    ("provider", "event_id", "data", "expected"),
    [
        (SCM, 7001, ["COM+ System Application", "COM+ Event System", "%%1068"],
         {"service": "COMSysApp", "depends_on": "EventSystem", "code": "0x8007042c"}),
        (SCM, 7023, ["RdAgent", "%%2147942414"], {"service": "RdAgent", "code": "0x8007000e"}),
        ("VSS", 12289, ["CoCreateInstance(x)", "0x80040154, Class not registered\r\n", "\n\nOperation:\n   Freeze\n"],
         {"routine": "CoCreateInstance(x)", "code": "0x80040154", "operation": "Freeze"}),
        ("VSS", 12301, ["SqlServerWriter", ""], {"writer": "SqlServerWriter", "writer_service": "SQLWriter"}),
        ("volsnap", 36, ["\\Device\\HarddiskVolumeShadowCopy2", "C:", "C:"], {"volume": "C:"}),
        ("disk", 153, ["\\Device\\Harddisk0\\DR0", "0x416e32", "0", "\\Device\\00000024"],
         {"device": "\\Device\\Harddisk0\\DR0", "disk": "0"}),
        ("disk", 157, ["", "3"], {"disk": "3"}),
        ("Application Error", 1000, ["a.exe", "1", "5f0e1f2d", "b.dll", "2", "8004efef", "c0000005", "41b39"],
         {"process": "a.exe", "module": "b.dll", "exception": "0xc0000005", "code": "0xc0000005"}),
        ("EventLog", 6013, ["", "", "", "", "42", "60", "-120 FLE Standard Time"],
         {"uptime": "42", "bias": "-120", "timezone": "FLE Standard Time"}),
        ("SQLWRITER", 24583, ["Sqllib error. hr = 0x80040e14. SQLSTATE: 42000, Native Error: 3013\nNative Error: 945"],
         {"native_error": "3013", "code": "0x80040e14"}),
        (".NET Runtime", 1026, ["Application: x.exe\nException Info: System.TypeLoadException\n"],
         {"process": "x.exe", "exception": "System.TypeLoadException"}),
    ],
)  # fmt: skip
def test_fields_of_values_without_names(
    provider: str, event_id: int, data: list[str], expected: dict[str, str]
) -> None:
    found = fields(WinEvent(provider, event_id, data=[("", value) for value in data]))
    assert {name: found.get(name) for name in expected} == expected


def test_a_position_means_only_a_value_without_a_name() -> None:
    event = WinEvent(
        "volsnap", 33, data=[("DeviceName", "\\Device\\X"), ("NTSTATUS", "00000000"), ("VolumeName", "C:")]
    )
    assert fields(event)["volume"] == "C:"


def test_the_key_in_the_binary_part_comes_before_the_display_name() -> None:
    event = WinEvent(SCM, 7036, data=[("param1", "Snapshot di volume"), ("param2", "avviato")], binary=hexed("vss/4"))
    assert fields(event) == {
        "service": "VSS", "state": "running", "param1": "Snapshot di volume", "param2": "avviato"
    }  # fmt: skip
    assert fields(WinEvent(SCM, 7034, data=[("param1", "Fremd")], binary=hexed("FooSvc")))["service"] == "FooSvc"


@pytest.mark.parametrize("binary", ["", "0", "zz", "56005300", "ff" * 30, hexed("a/b/c"), hexed("x/9")])
def test_a_binary_part_that_is_none_does_no_harm(binary: str) -> None:
    found = fields(WinEvent(SCM, 7036, data=[("param1", "RdAgent"), ("param2", "stopped")], binary=binary))
    assert found["state"] == "stopped"


def test_the_process_of_a_vss_event_stands_in_its_binary_part() -> None:
    told = (
        b"- Code: WRTWRTIC00000823- Call: WRTWRTIC00000750- PID:  00001528- TID:  00002912"
        b"- CMD:  C:\\Windows\\system32\\vssvc.exe   - User: Name: NT AUTHORITY\\SYSTEM, SID:S-1-5-18"
    )
    found = fields(WinEvent("VSS", 8194, data=[("", "0x80070005")], binary=told.hex()))
    assert found["process"] == "vssvc.exe"
    assert found["command"] == "C:\\Windows\\system32\\vssvc.exe"
    assert found["pid"] == "1528"


def test_the_status_of_a_driver_stands_in_its_binary_part() -> None:
    packet = struct.pack("<BBHHHHHIII", 3, 0, 128, 1, 0, 0, 0, 0x80040033, 0x12D, 0xC000000E) + bytes(16)
    found = fields(WinEvent("Disk", 51, data=[("", "\\Device\\Harddisk1\\DR1")], binary=packet.hex()))
    assert found["code"] == "0xc000000e"


def test_the_last_moment_of_a_crashed_system_is_in_utc() -> None:
    local, utc = (2012, 4, 5, 6, 9, 59, 13, 29), (2012, 4, 5, 6, 13, 59, 13, 29)
    found = fields(WinEvent("EventLog", 6008, binary=struct.pack("<16H", *local, *utc).hex()))
    assert found["stopped_at"] == "2012-04-06T13:59:13Z"
    assert found["bias"] == "240"
    broken = WinEvent("EventLog", 6008, binary=struct.pack("<16H", *(0xFFFF,) * 16).hex())
    assert "stopped_at" not in fields(broken)


@pytest.mark.parametrize(
    "labels",
    [
        ("Operation", "Context", "Execution Context", "Writer Class Id", "Writer Name", "Writer Instance ID"),
        ("Vorgang", "Kontext", "Ausführungskontext", "Generatorklassen-ID", "Generatorname", "Generatorinstanz-ID"),
        ("操作", "上下文", "执行上下文", "编写器类 ID", "编写器名称", "编写器实例 ID"),
    ],
)
@pytest.mark.parametrize("as_message", [True, False])
def test_the_writer_of_a_vss_event_is_found_in_any_language(labels: tuple[str, ...], as_message: bool) -> None:
    operation, context, execution, class_id, name, instance = labels
    block = (
        f"\r\n\r\n{operation}:\r\n   Ereignis A\r\n   Ereignis B\r\n\r\n{context}:\r\n   {execution}: Writer\r\n"
        f"   {class_id}: {{a65faa63-5ea8-4ebc-9dbd-a0c4db26912a}}\r\n   {name}: SqlServerWriter\r\n"
        f"   {instance}: {{2d6a8e0e-0000-4000-9000-000000000000}}\r\n"
    )
    event = WinEvent("VSS", 8229)
    if as_message:
        event.message = "x 0x800423f4, y." + block
    else:
        event.data = [("", "0x800423f4, y."), ("", block)]
    found = fields(event)
    assert (found["writer"], found["writer_service"]) == ("SqlServerWriter", "SQLWriter")
    assert found["operation"] == "Ereignis A; Ereignis B"
    assert found["code"] == "0x800423f4"


def test_a_firewall_rule_is_told_with_whom_it_is_about() -> None:
    rule = [("RuleName", "Deny out"), ("Direction", "2"), ("Action", "2"), ("RemoteAddresses", "168.63.129.16")]
    event = WinEvent("Windows Firewall With Advanced Security", 2097, data=rule)
    told = "firewall rule added: Deny out, remote addresses 168.63.129.16"
    assert normalise.text(event).startswith(f"Windows Firewall With Advanced Security 2097: {told}\n")
    assert fields(event)["address"] == "168.63.129.16"
    words = WinEvent("Windows Firewall With Advanced Security", 2004, message="Added Rule:\n\tRule Name:\tDeny out")
    assert fields(words) == {"name": "Deny out"}


def test_the_clock_was_set_by_what_lies_between_two_times() -> None:
    data = [("NewTime", "2015-08-08T09:12:25.852998Z"), ("OldTime", "2015-08-08T18:12:24.328125Z")]
    assert fields(WinEvent("Microsoft-Windows-Kernel-General", 1, data=data))["jump"] == "-32398.475"


def test_every_native_error_is_told() -> None:
    text = normalise.text(WinEvent("SQLWRITER", 24583, message="Native Error: 3013\nNative Error: 945"))
    assert "  native_error=3013\n  native_error=945" in text


@pytest.mark.parametrize(
    "piece", ["a", "1", '"', "{", ": ", "The ", "The x service depends on the ", "a.exe (1)", "\n"]
)
def test_no_expression_loses_itself_in_a_hostile_text(piece: str) -> None:
    began = time.process_time()
    for rule in table("fields")["event"]:
        provider = rule["provider"] if isinstance(rule["provider"], str) else rule["provider"][0]
        normalise.text(WinEvent(provider, rule.get("id", [1])[0], message=piece * 50_000))
    assert time.process_time() - began < 3


@pytest.mark.parametrize(
    ("provider", "event_id", "data", "message"),
    [
        (SCM, 7036, ["Cryptographic Services", "running"],
         "The Cryptographic Services service entered the running state."),
        (SCM, 7040, ["RdAgent", "auto start", "disabled"],
         "The start type of the RdAgent service was changed from auto start to disabled."),
        (SCM, 7000, ["Volume Shadow Copy", "%%1053"],
         "The Volume Shadow Copy service failed to start due to the following error: \nThe service did not respond to "
         "the start or control request in a timely fashion."),
        (SCM, 7009, ["30000", "Windows Azure Guest Agent"],
         "A timeout was reached (30000 milliseconds) while waiting for the Windows Azure Guest Agent service to "
         "connect."),
        (SCM, 7023, ["CNG Key Isolation", "%%5"],
         "The CNG Key Isolation service terminated with the following error: \nAccess is denied."),
        (SCM, 7034, ["RdAgent", "2"], "The RdAgent service terminated unexpectedly.  It has done this 2 time(s)."),
        ("DCOM", 10005, ["1058", "COMSysApp", "", "{182C40F0-32E4-11D0-818B-00A0C9231C29}"],
         'DCOM got error "1058" attempting to start the service COMSysApp with arguments "" in order to run the server:'
         "\n{182C40F0-32E4-11D0-818B-00A0C9231C29}"),
        ("VSS", 12293, ["{b5946137-7b9f-4925-af80-51abd60b20d5}", "Commit({x})", "0x80042302"],
         "Error calling a routine on a Shadow Copy Provider {b5946137-7b9f-4925-af80-51abd60b20d5}. Routine details "
         "Commit({x}) [hr = 0x80042302]."),
        ("Schannel", 36887, ["70"], "The TLS protocol defined fatal alert code is 70."),
        ("disk", 7, ["\\Device\\Harddisk1\\DR1"], "The device, \\Device\\Harddisk1\\DR1, has a bad block."),
        ("srv", 2013, ["\\Device\\LanmanServer", "C:"], "The C: disk is at or near capacity."),
        ("BugCheck", 1001, ["0x000000d1 (0x1, 0x2, 0x3, 0x4)"], "The bugcheck was: 0x000000d1 (0x1, 0x2, 0x3, 0x4)."),
        ("Time-Service", 34, ["+86400", "+54000"],
         "the system time needs to be changed by +86400 seconds. … by more than +54000 seconds."),
    ],
)  # fmt: skip
def test_an_event_gives_the_same_fields_as_values_and_as_words(
    provider: str, event_id: int, data: list[str], message: str
) -> None:
    by_values = fields(WinEvent(provider, event_id, data=[("", value) for value in data]))
    by_words = fields(WinEvent(provider, event_id, message=message))
    assert by_words
    assert {name: value for name, value in by_values.items() if not name.startswith("data")} == by_words
