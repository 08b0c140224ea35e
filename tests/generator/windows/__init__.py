"""Writes realistic Windows bundles: days of events, of the guest agent's logs and of backups, with one fault or none.

Everything follows from a seed, as in the Linux half. The shapes (event data, stamps, phases, exports, layouts) are
those of knowledge/windows.md; names, ids and dates are invented.

    vm = WinVm("a seed", "SRV01", zone="Europe/Berlin")
    story = Story(vm, utc("2025-05-01 06:00:00"))
    story.nights(5)                             five days, with a backup each night
    run = story.backup.begin(story.attempt())   the sixth
    run.until("writers"); run.say(2, "…", "Error"); story.backup.failed(run, 25, "…")
    files = by_hand(story, "viewer-csv")        the event logs in a format, and WindowsAzure beside them

The catalogue of events is data (catalogue/*.toml); a scenario is a function in faults_*.py or healthy.py.
"""
