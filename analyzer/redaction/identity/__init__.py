"""Hides who a bundle is about: hosts, addresses, ids, accounts, users and the names of their domains."""

from analyzer.redaction.identity.names import Identity

__all__ = ["Identity"]
