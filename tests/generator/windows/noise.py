"""When ordinary things happen: how often each kind of noise is written between two moments in which Windows runs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from ..stamps import local, seconds
from . import noisekinds as kinds
from . import noiseprograms as programs
from .events import EventLog

Write = Callable[[EventLog, datetime], None]
EACH_HOUR: tuple[tuple[float, Write], ...] = (
    (0.9, kinds.background_service),
    (0.5, kinds.background_service),
    (0.35, kinds.dcom_permission),
    (0.6, kinds.group_policy),
    (0.3, kinds.hive_cleared),
    (0.25, kinds.schannel),
    (0.08, kinds.dns_timeout),
    (0.1, kinds.rdp_scan),
    (0.07, kinds.logon),
    (0.12, programs.database_attached),
    (0.05, programs.perflib),
    (0.015, programs.tool_crash),
    (0.02, programs.setup),
    (0.01, programs.console_hang),
    (0.02, kinds.ports_reused),
    (0.01, kinds.time_source_unresolved),
    (0.015, kinds.slow_com_server),
    (0.015, programs.root_list),
    (0.008, kinds.policy_unreachable),
    (0.01, programs.activation),
    (0.008, programs.suppressed),
    (0.01, kinds.one_retry),
    (0.004, kinds.lease_renewed_late),
    (0.008, programs.optimisation),
)
"""Chance in each hour."""
EACH_DAY: tuple[tuple[int, Write], ...] = (
    (2, programs.security_policy),
    (3, programs.licence),
    (4, kinds.definitions),
    (5, programs.link_layer_driver),
    (6, kinds.clock),
    (9, programs.licence),
    (12, kinds.uptime),
    (13, kinds.definitions),
    (15, programs.licence),
    (17, kinds.clock),
    (21, programs.licence),
)
"""Hour of the VM's wall clock."""


def days(log: EventLog, start: datetime, end: datetime) -> None:
    rng = log.vm.rng
    hour = start.replace(minute=0, second=0, microsecond=0)
    while hour < end:
        for chance, write in EACH_HOUR:
            at = hour + seconds(rng.uniform(0, 3599))
            if rng.random() < chance and start < at < end:
                write(log, at)
        wall = local(hour, log.vm.zone)
        for of_day, write in EACH_DAY:
            at = hour + seconds(rng.uniform(60, 2900))
            if wall.hour == of_day and start < at < end:
                write(log, at)
        hour += timedelta(hours=1)
