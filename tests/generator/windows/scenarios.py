"""All scenarios, in the order of the files that tell them."""

from __future__ import annotations

from . import (  # noqa: F401 - importing them registers what they tell
    faults_agent,
    faults_com,
    faults_disk,
    faults_extensions,
    faults_fabric,
    faults_restart,
    faults_runtime,
    faults_security,
    faults_storage,
    faults_vss,
    faults_writers,
    healthy,
)
from .scenario import REGISTERED

SCENARIOS = tuple(REGISTERED)
