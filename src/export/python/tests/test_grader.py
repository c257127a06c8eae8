"""The grader: the playground's verdicts and reasons on its own pairs, and on the shelf's where NSR_SHELF names a folder."""

import json
import os
import time
import unittest
from pathlib import Path

from cases import CASES
from nsr.grader.grade import equal_texts, grade


class Grader(unittest.TestCase):
    def test_pairs(self):
        cases = CASES["grader"]["compared"]
        self.assertGreater(len(cases), 2000)
        for case in cases:
            with self.subTest(answer=case["answer"], response=case["response"], mode=case["mode"]):
                outcome = case["outcome"]
                ours = equal_texts(case["answer"], case["response"], case["mode"])
                self.assertEqual(ours, (outcome["equal"], outcome["reason"]))

    def test_responses(self):
        cases = CASES["grader"]["wrapped"]
        self.assertGreater(len(cases), 1000)
        for case in cases:
            with self.subTest(answer=case["answer"], response=case["response"]):
                ours = grade(case["answer"], case["response"], case["kind"], case["mode"], case["unboxed"])
                self.assertEqual(ours._asdict(), case["verdict"])

    def test_hostile_texts_end(self):
        """What would run for long is refused: nested powers, brackets, factorials, long texts."""
        started = time.process_time()
        for text in ("9^{9^{9^{9}}}", "(" * 5000, "{" * 3000 + "1", "99999!", "\\sqrt" * 900 + "2", "1" * 4000,
                     "x" * 4000, "\\frac" * 700, "(x+y+z+w)^{60}", "\\boxed{" * 3000):
            equal_texts(text, "1", "mathematics")
            grade("1", text)
        self.assertLess(time.process_time() - started, 10)

    def test_shelf(self):
        """Verdicts by `npm run grade:verdicts`, of texts that are not part of the project."""
        shelf = os.environ.get("NSR_SHELF")
        if shelf is None:
            return
        for line in Path(shelf).read_text(encoding="utf-8").splitlines():
            case = json.loads(line)
            with self.subTest(answer=case["answer"], response=case["response"]):
                ours = grade(case["answer"], case["response"], case["kind"], case["mode"], case["unboxed"])
                self.assertEqual(ours._asdict(), case["verdict"])
