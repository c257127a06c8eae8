"""The mathematics of an NSR Playground experiment, for training frameworks.

Made by `nsr export`. It computes what the playground's engine computes: schedules, confidences, advantages, token weights, the
clipped surrogate, and the verdicts of the grader. torch is needed for tensors only; the grader needs nothing but Python 3.10.
Section numbers refer to docs/algorithms.md of the playground.
"""
