"""Schedules and confidence mappings of every kind, at many places."""

import unittest

from cases import CASES
from nsr.confidence import _MAPPINGS, evaluate_mapping
from nsr.schedules import _KINDS, evaluate_schedule


class Curves(unittest.TestCase):
    def test_schedules(self):
        seen = set()
        for case in CASES["schedules"]:
            seen.add(case["spec"]["kind"])
            for step, value in case["values"]:
                with self.subTest(spec=case["spec"], step=step):
                    ours = evaluate_schedule(case["spec"], step, 140, case["accuracy"], case["pastAccuracies"])
                    self.assertAlmostEqual(ours, value, delta=1e-12 * max(1, abs(value)))
        self.assertEqual(seen, set(_KINDS))

    def test_mappings(self):
        seen = set()
        for case in CASES["mappings"]:
            seen.add(case["spec"]["kind"])
            for confidence, value in case["values"]:
                with self.subTest(spec=case["spec"], confidence=confidence):
                    ours = evaluate_mapping(case["spec"], confidence)
                    self.assertAlmostEqual(ours, value, delta=1e-12 * max(1, abs(value)))
        self.assertEqual(seen, set(_MAPPINGS))

    def test_unknown_kinds_are_named(self):
        with self.assertRaisesRegex(ValueError, "'wave'"):
            evaluate_schedule({"kind": "wave"}, 0, 10)
        with self.assertRaisesRegex(ValueError, "'wave'"):
            evaluate_mapping({"kind": "wave"}, 0.5)
