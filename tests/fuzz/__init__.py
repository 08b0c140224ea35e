"""Input that nobody wrote: coverage-guided fuzzing of everything that reads a bundle, and mutated labelled bundles.

    python -m tests.fuzz lines --seconds 60      one target, guided by coverage (make fuzz: all of them)
    python -m tests.fuzz.many --inputs 100000    the labelled bundles, damaged

README.md beside this file says what each target promises and where findings go.
"""
