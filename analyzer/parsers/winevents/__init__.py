"""Windows event logs, whatever they were exported with: one reader a format, all of them giving `WinEvent`s."""
