"""What changed between two bundles of a VM: `compare` takes two documents, the renderers show what it found."""

from __future__ import annotations

from analyzer.compare.documents import compare
from analyzer.compare.model import Difference

__all__ = ["Difference", "compare"]
