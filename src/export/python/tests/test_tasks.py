"""The tasks' verifiers: the same verdict and the same reason as the playground's."""

import unittest

from cases import CASES
from nsr.tasks import grade


class Tasks(unittest.TestCase):
    def test_verdicts(self):
        self.assertGreater(len(CASES["tasks"]), 1000)
        for case in CASES["tasks"]:
            with self.subTest(case["prompt"], answer=case["answer"]):
                given = grade(case["task"], case["prompt"], case["answer"], None, case["params"])
                self.assertEqual(given, (case["reward"], case["reason"]))

    def test_unknown_task(self):
        with self.assertRaisesRegex(ValueError, "'chess'"):
            grade("chess", "", "")
