"""One walk over a bundle: every byte read once, the events kept as numbers, the text found again where it is shown."""
