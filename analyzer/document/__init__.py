"""The JSON document of an analysis, part by part: the only thing that reports see."""
