"""The playground's grader of mathematical answers (its docs/grader.md), in plain Python: no sympy, no evaluation of text as code.

A port of src/verify, file by file: the same rules, the same limits, the same verdicts. `tables.py` is written by the exporter
from the playground's own tables.
"""
