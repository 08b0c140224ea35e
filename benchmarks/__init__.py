"""Speed and memory, measured as ratios to other programs in the same run (`make benchmarks`, tables in the README)."""
