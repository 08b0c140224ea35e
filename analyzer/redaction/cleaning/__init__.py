"""Writes a bundle that is safe to pass on: the same files without their secrets, and the same verdict."""

from analyzer.redaction.cleaning.clean import Cleaned, write_clean

__all__ = ["Cleaned", "write_clean"]
