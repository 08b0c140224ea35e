"""What the service control manager writes. The service's key is in the binary, its name is localised."""

from __future__ import annotations

from datetime import datetime, timedelta

from .events import EventLog, service_name, utf16_hex, words

SCM = "Service Control Manager"
_STATE_NUMBER = {"stopped": 1, "running": 4}


def state(log: EventLog, when: datetime, key: str, to: str) -> None:
    """7036; `to` is running or stopped."""
    culture = log.vm.culture
    data = [service_name(culture, key), words(culture.words)["states"][to]]
    log.add(when, SCM, 7036, data, utf16_hex(f"{key}/{_STATE_NUMBER[to]}"))


def ran(log: EventLog, when: datetime, key: str, minutes: float) -> None:
    """Started by a trigger, and stopped by itself some minutes later."""
    state(log, when, key, "running")
    state(log, when + timedelta(minutes=minutes), key, "stopped")


def start_type(log: EventLog, when: datetime, key: str, old: str, new: str, user: str = "S-1-5-18") -> None:
    """7040; old and new are auto, demand or disabled."""
    culture = log.vm.culture
    kinds = words(culture.words)["states"]
    log.add(when, SCM, 7040, [service_name(culture, key), kinds[old], kinds[new], key], user=user)


def not_started(log: EventLog, when: datetime, key: str, code: int) -> None:
    """7000."""
    log.add(when, SCM, 7000, [service_name(log.vm.culture, key), f"%%{code}"], utf16_hex(key))


def start_timeout(log: EventLog, when: datetime, key: str, milliseconds: int = 30000) -> None:
    """7009, and 7000 in the same moment."""
    log.add(when, SCM, 7009, [milliseconds, service_name(log.vm.culture, key)], utf16_hex(key))
    not_started(log, when + timedelta(milliseconds=1), key, 1053)


def silent(log: EventLog, when: datetime, key: str, milliseconds: int = 30000) -> None:
    """7011: a control was not answered."""
    log.add(when, SCM, 7011, [milliseconds, key], utf16_hex(key))


def ended(log: EventLog, when: datetime, key: str, code: int, own: bool = False) -> None:
    """7023, or 7024 with a code of the service's own."""
    log.add(when, SCM, 7024 if own else 7023, [service_name(log.vm.culture, key), f"%%{code}"], utf16_hex(key))


def died(log: EventLog, when: datetime, key: str, count: int, restart_ms: int | None = 60000) -> None:
    """7031 where the service is restarted, else 7034."""
    name = service_name(log.vm.culture, key)
    if restart_ms is None:
        log.add(when, SCM, 7034, [name, count], utf16_hex(key))
        return
    action = {"de": "Neustart des Diensts", "fr": "Redémarrer le service", "ja": "サービスの再開"}
    says = action.get(log.vm.culture.words, "Restart the service")
    log.add(when, SCM, 7031, [name, count, restart_ms, 1, says], utf16_hex(key))


def installed(log: EventLog, when: datetime, name: str, image: str, start: str, account: str = "LocalSystem") -> None:
    """7045."""
    log.add(when, SCM, 7045, [name, image, "user mode service", f"{start} start", account], user="S-1-5-18")


def dcom_cannot_start(log: EventLog, when: datetime, key: str, code: int, server: str) -> None:
    """DCOM 10005."""
    log.add(when, "Microsoft-Windows-DistributedCOM", 10005, [code, key, "Unavailable", server], user="S-1-5-18")
