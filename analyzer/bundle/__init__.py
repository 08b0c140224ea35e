"""Opens a log bundle of any form as a stream of members, says which tool made it, and what each member is."""

from analyzer.bundle.encoding import decode_blocks
from analyzer.bundle.identify import Identity, command_of, identify
from analyzer.bundle.layout import Layout, canonical, recognise
from analyzer.bundle.model import Bundle, BundleError, Limits, Member, Refusal
from analyzer.bundle.open import open_bundle

__all__ = [
    "Bundle",
    "BundleError",
    "Identity",
    "Layout",
    "Limits",
    "Member",
    "Refusal",
    "canonical",
    "command_of",
    "decode_blocks",
    "identify",
    "open_bundle",
    "recognise",
]
