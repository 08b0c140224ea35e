"""When ordinary things happen: how often each kind of noise is written between two moments in which Windows runs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from ..stamps import local, seconds
from . import noisekinds as kinds
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
    (0.12, kinds.database_attached),
    (0.05, kinds.perflib),
    (0.015, kinds.tool_crash),
)
"""Chance in each hour."""
EACH_DAY: tuple[tuple[int, Write], ...] = (
    (2, kinds.security_policy),
    (3, kinds.licence),
    (4, kinds.definitions),
    (5, kinds.link_layer_driver),
    (6, kinds.clock),
    (9, kinds.licence),
    (12, kinds.uptime),
    (13, kinds.definitions),
    (15, kinds.licence),
    (17, kinds.clock),
    (21, kinds.licence),
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
