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

    def test_mathematics(self):
        settings = {"mode": "mathematics", "unboxed": "refuse"}
        gold = "2 + 3 = 5.\n#### 5"
        self.assertEqual(grade("gsm8k", "", "So it is 2 + 3 = 5\n#### 5", gold, settings)[0], 1)
        self.assertEqual(grade("gsm8k", "", "#### 6", gold, settings)[0], 0)
        self.assertEqual(grade("math", "", "\\boxed{0.5}", "\\boxed{\\frac12}", settings)[0], 1)
        self.assertEqual(grade("math", "", "It is 0.5", "\\boxed{\\frac12}", settings)[0], 0)
        self.assertEqual(grade("gsm8k", "", "It is 5.", gold, settings)[0], 0)
        self.assertEqual(grade("gsm8k", "", "It is 5.", gold, {"unboxed": "last"})[0], 1)

    def test_unknown_task(self):
        with self.assertRaisesRegex(ValueError, "'chess'"):
            grade("chess", "", "")
