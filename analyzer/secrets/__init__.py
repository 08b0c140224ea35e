"""What secrets look like, as data: one rule a shape. `analyzer.redaction_rules` puts them together."""
