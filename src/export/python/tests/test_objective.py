"""The package against the playground's engine: advantages, weights and losses of the oracle's cases and of every preset."""

import unittest

import torch
from cases import CASES, mask_of, optional, pad, relative_error
from nsr.objective import Objective


class Same(unittest.TestCase):
    def check(self, case):
        objective = Objective(case["experiment"])
        mask, expected = mask_of(case["oldLogp"]), case["expected"]
        old_logp = pad(case["oldLogp"])
        ref_logp = optional(case["refLogp"])
        rewards = torch.tensor(case["rewards"], dtype=torch.float32)
        rated = objective.rate(
            case["step"], rewards, case["groups"], mask, old_logp, past_accuracies=case["pastAccuracies"],
            ref_logp=ref_logp, values=optional(case["values"]),
        )
        for name, value in expected["coefficients"].items():
            self.assertAlmostEqual(rated.coefficients[name], value, delta=1e-12 * max(1, abs(value)), msg=name)
        self.assertLess(relative_error(rated.advantage, pad(expected["advantage"])), 1e-6, "advantage")
        self.assertLess(relative_error(rated.confidence, expected["confidence"]), 1e-6, "confidence")
        lengths = mask.sum(dim=1).clamp(min=1)
        weight = torch.where(mask, rated.token_weight, 0.0).sum(dim=1) / lengths
        self.assertLess(relative_error(weight, expected["weight"]), 1e-6, "weight")
        self.assertEqual(rated.dropped.tolist(), expected["dropped"])
        if expected["returns"] is not None:
            self.assertLess(relative_error(rated.returns, pad(expected["returns"])), 1e-6, "returns")
        logp, entropy = pad(case["logp"]), pad(case["entropy"])
        for batch in expected["miniBatches"]:
            rows = batch["rows"]
            advantage = rated.advantage[rows]
            weights = objective.weights(objective.counted(advantage, mask[rows]), mask[rows])
            width = mask.shape[1]
            ours = torch.where(advantage != 0, weights, torch.zeros_like(weights))
            theirs = torch.zeros(len(rows), width)
            for index, row in enumerate(batch["policyWeight"]):
                theirs[index, : len(row)] = torch.tensor(row)
            self.assertLess(relative_error(ours, theirs), 1e-6, "token weights")
            terms = objective.loss(
                weights, advantage, logp[rows], old_logp[rows], rated.coefficients, entropy[rows],
                None if ref_logp is None else ref_logp[rows],
            )
            for name in ("policy", "entropy", "kl", "loss"):
                scale = max(1.0, abs(batch["policy"]), abs(batch["loss"]))
                self.assertAlmostEqual(getattr(terms, name).item(), batch[name], delta=2e-6 * scale, msg=name)
            if "oracle" in case:
                self.assertLess(relative_error(terms.policy, [case["oracle"]["policy_loss"]]), 2e-4)
                self.assertLess(relative_error(terms.loss, [case["oracle"]["loss"]]), 2e-4)
                self.assertLess(relative_error(rated.advantage, pad(case["oracle"]["advantage"])), 1e-5)

    def test_oracle(self):
        self.assertEqual(len(CASES["oracle"]), 17)
        for case in CASES["oracle"]:
            with self.subTest(case["name"]):
                self.check(case)

    def test_presets(self):
        self.assertGreater(len(CASES["presets"]), 30)
        for case in CASES["presets"]:
            with self.subTest(case["name"]):
                self.check(case)


class Properties(unittest.TestCase):
    """What a comparison of values does not show."""

    def setUp(self):
        self.case = CASES["oracle"][1]
        plain = {"entropyCoef": 0, "klCoef": 0, "clipLow": 0.2, "clipHigh": 0.2}
        settings = {**self.case["experiment"]["objective"], **plain}
        self.experiment = {**self.case["experiment"], "objective": settings}
        self.objective = Objective(self.experiment)

    def test_micro_batches_add_up(self):
        """A loss does not depend on how a mini-batch is cut, where the counts are those of the whole."""
        mask, old = mask_of(self.case["oldLogp"]), pad(self.case["oldLogp"])
        rewards = torch.tensor(self.case["rewards"])
        rated = self.objective.rate(0, rewards, self.case["groups"], mask, old)
        counted = self.objective.counted(rated.advantage, mask)
        tokens, sequences = (mask & counted.unsqueeze(1)).sum(), counted.sum()
        logp = pad(self.case["logp"])

        def loss(rows):
            weights = self.objective.weights(counted[rows], mask[rows], sequences, tokens)
            return self.objective.loss(weights, rated.advantage[rows], logp[rows], old[rows], rated.coefficients).policy

        whole = loss(list(range(len(rewards))))
        parts = loss([0, 1, 2]) + loss(list(range(3, len(rewards))))
        self.assertAlmostEqual(whole.item(), parts.item(), places=6)

    def test_gradient_of_the_clip(self):
        """Live for A < 0 while rho > 0.8, dead below; nothing flows from tokens outside the mask, whatever stands there."""
        logp = torch.tensor([[-0.3, -0.1, float("nan")]], requires_grad=True)
        old = torch.tensor([[0.0, 0.0, 0.0]])
        weight = torch.tensor([[1.0, 1.0, 0.0]])
        coefficients = {"entropyCoef": 0.0, "klCoef": 0.0}
        self.objective.loss(weight, torch.tensor([[-1.0, -1.0, -1.0]]), logp, old, coefficients).loss.backward()
        self.assertEqual(logp.grad[0, 0].item(), 0.0)
        self.assertAlmostEqual(logp.grad[0, 1].item(), torch.tensor(-0.1).exp().item(), places=6)

    def test_nothing_counts(self):
        """NSR on answers that are all right: no loss, no NaN from an empty mean."""
        mask = torch.ones(2, 3, dtype=torch.bool)
        old = -torch.ones(2, 3)
        rated = self.objective.rate(0, torch.ones(2), [0, 0], mask, old)
        weights = self.objective.weights(self.objective.counted(rated.advantage, mask), mask)
        loss = self.objective.loss(weights, rated.advantage, old, old, rated.coefficients).loss
        self.assertEqual(loss.item(), 0.0)

    def test_unknown_values_are_named(self):
        broken = {**self.experiment, "objective": {**self.experiment["objective"], "algorithm": "x"}}
        with self.assertRaisesRegex(ValueError, "algorithm 'x'"):
            Objective(broken).rate(0, torch.ones(1), [0], torch.ones(1, 1, dtype=torch.bool), torch.zeros(1, 1))


if __name__ == "__main__":
    unittest.main()
