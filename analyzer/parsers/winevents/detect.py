"""Which reader an export is for; told by `analyzer.bundle.eventlog`, since what a member is does not need its parser."""

from __future__ import annotations

from analyzer.bundle.eventlog import kind_of

__all__ = ["kind_of"]
