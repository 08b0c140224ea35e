"""The commands: arguments in, a call of the library, files and words out. `analyzer.cli` puts them together."""
