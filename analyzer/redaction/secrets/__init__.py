"""What secrets look like, as data: one rule a shape. `analyzer.redaction.rules` puts them together."""
