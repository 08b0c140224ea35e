"""VSS and volsnap events with the operation and context blocks that VSS appends to its messages."""

from __future__ import annotations

import tomllib
from datetime import datetime
from pathlib import Path

from .events import EventLog, ascii_hex

TABLES = tomllib.loads(Path(__file__).with_name("vss.toml").read_text("utf-8"))
WRITERS: dict[str, dict[str, str]] = TABLES["writers"]
SYSTEM_PROVIDER = "{b5946137-7b9f-4925-af80-51abd60b20d5}"
IAAS_PROVIDER = "{9bd3c1a5-07f2-4c44-9c1f-3f0c8e6a2d70}"
VSSVC = r"C:\Windows\system32\vssvc.exe"
WELL = "0x00000000, The operation completed successfully.\n"
Context = tuple[tuple[str, str], ...]


def hresult(code: int) -> str:
    """As VSS writes it: the number, and its text where Windows knows one."""
    text = TABLES["hresults"].get(f"{code:08x}", "")
    return f"0x{code:08x}, {text}\n" if text else f"0x{code:08x}"


def block(operation: str, *context: tuple[str, str]) -> str:
    """The last data of a VSS event."""
    lines = ["", "", "Operation:", f"   {operation}"]
    if context:
        lines += ["", "Context:", *(f"   {name}: {value}" for name, value in context)]
    return "\n".join(lines) + "\n"


def writer_context(log: EventLog, writer: str) -> Context:
    return (
        ("Execution Context", "Writer"),
        ("Writer Class Id", WRITERS[writer]["id"]),
        ("Writer Name", writer),
        ("Writer Instance ID", f"{{{log.vm.uuid()}}}"),
    )


def vss(log: EventLog, when: datetime, event_id: int, *data: str, command: str = VSSVC, call: str = "CORSVCC") -> None:
    """A VSS event; the binary says where in the program and in which process."""
    process, thread = log.vm.pid(), log.vm.pid()
    text = (
        f"- Code: {call}00000823- Call: {call}00000781- PID:  {process:08d}- TID:  {thread:08d}- CMD:  {command}   "
        r"- User: Name: NT AUTHORITY\SYSTEM, SID:S-1-5-18 "
    )
    log.add(when, "VSS", event_id, data, ascii_hex(text))


def idle(log: EventLog, when: datetime) -> None:
    vss(log, when, 8224, "")


def writer_rejected(log: EventLog, when: datetime, writer: str, code: int) -> None:
    """8229."""
    operation = "PrepareForSnapshot Event" if code == 0x800423F4 else "Thaw Event"
    text = block(operation, *writer_context(log, writer))
    vss(log, when, 8229, hresult(code), text, command=WRITERS[writer]["command"], call="WRTWRTIC")


def callback_denied(log: EventLog, when: datetime, writer: str = "System Writer") -> None:
    """8194, which says nothing about a backup."""
    text = block("Gathering Writer Data", *writer_context(log, writer))
    vss(log, when, 8194, hresult(0x80070005), text, command=WRITERS[writer]["command"], call="WRTWRTIC")


def old_session(log: EventLog, when: datetime) -> None:
    """12289 with VSS_E_WRITER_STATUS_NOT_AVAILABLE: an ended session is cleaned up."""
    vss(log, when, 12289, "CVssWriterShim::Cleanup", hresult(0x80042409), block("Writer Status"))


def unexpected(log: EventLog, when: datetime, call: str, error: str, operation: str, *context: tuple[str, str]) -> None:
    """12289."""
    vss(log, when, 12289, call, error, block(operation, *context))


def call_failed(log: EventLog, when: datetime, routine: str, error: str, text: str, command: str = VSSVC) -> None:
    """8193."""
    vss(log, when, 8193, routine, error, text, command=command)


def no_provider(log: EventLog, when: datetime, provider: str, clsid: str, code: int) -> None:
    """12292: the provider's COM class cannot be created."""
    operation = "Obtain a callable interface for this provider\n   Add a Volume to a Shadow Copy Set"
    context = (("Provider ID", provider), ("Class ID", clsid), ("Execution Context", "Coordinator"))
    vss(log, when, 12292, clsid, hresult(code), block(operation, *context))


def provider_failed(log: EventLog, when: datetime, routine: str, code: int, drive: str) -> None:
    """12293 of the system provider."""
    volume = log.vm.volume(drive) + "\\"
    context = (("Execution Context", "Coordinator"), ("Provider ID", SYSTEM_PROVIDER), ("Volume Name", volume))
    text = block("Executing Asynchronous Operation", *context)
    vss(log, when, 12293, SYSTEM_PROVIDER, routine, hresult(code), text)


def writes_not_held(log: EventLog, when: datetime, drive: str) -> None:
    """12298."""
    volume = log.vm.volume(drive) + "\\"
    context = (("Current State", "flush-and-hold writes"), ("Volume Name", volume))
    text = block("Executing Asynchronous Operation", *context)
    vss(log, when, 12298, volume, "0", WELL, WELL, hresult(0x80042314), WELL, text, call="CORLOVLC")


def volsnap(log: EventLog, when: datetime, event_id: int, drive: str) -> None:
    device = rf"\Device\HarddiskVolumeShadowCopy{log.vm.rng.randint(2, 90)}"
    packet = f"00000000030030000000000{event_id:02X}000600C0" + "0" * 72
    log.add(when, "volsnap", event_id, [device, drive, drive], packet[:96])
