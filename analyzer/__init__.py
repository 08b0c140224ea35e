"""vmtriage names the likely cause of an Azure VM failure from its log bundle.

    import analyzer
    a = analyzer.analyze("bundle.tar.gz", symptom="UserErrorGuestAgentStatusUnavailable")
    print(a.verdict["headline"]); a.timeline.head()

The pipeline is imported on first use, so that `vmtriage --help` stays fast.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analyzer.analysis import Analysis, UnknownSymptom, analyze
    from analyzer.bundle.model import BundleError, Limits

__all__ = ["Analysis", "BundleError", "Limits", "UnknownSymptom", "analyze"]


def __getattr__(name: str) -> Any:
    if name in ("Analysis", "UnknownSymptom", "analyze"):
        from analyzer import analysis

        return getattr(analysis, name)
    if name in ("BundleError", "Limits"):
        from analyzer.bundle import model

        return getattr(model, name)
    raise AttributeError(name)
