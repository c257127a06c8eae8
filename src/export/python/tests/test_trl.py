"""The TRL files against a stand-in with TRL 1.9.0's signatures: every overridden method is called. Not TRL itself."""

import copy
import types
import unittest

import torch
from cases import CASES
from nsr.losses import kl_estimate, probability_ratio, surrogate
from nsr_trl import NsrTrainer, reward

VOCABULARY = 12
PROMPTS = ["3488=21:", "3488=21:", "1234=10:", "1234=10:"]


class Policy(torch.nn.Module):
    """Logits by the last token alone."""

    def __init__(self, seed=3):
        super().__init__()
        generator = torch.Generator().manual_seed(seed)
        self.table = torch.nn.Parameter(torch.randn(VOCABULARY, VOCABULARY, generator=generator))

    def forward(self, ids):
        return self.table[ids]


def arguments(**changes):
    given = {
        "steps_per_generation": 4, "gradient_accumulation_steps": 2, "num_generations": 2, "num_iterations": 1,
        "temperature": 0.8, "beta": 0.0, "learning_rate": 0.01, "per_device_train_batch_size": 2,
    }
    return types.SimpleNamespace(**(given | changes))


def experiment(**changes):
    base = next(case for case in CASES["presets"] if case["name"] == "w-reinforce")["experiment"]
    return {**base, "objective": {**base["objective"], **changes}, "steps": 10,
            "optimizer": {**base["optimizer"], "learningRate": {"kind": "linear", "from": 0.01, "to": 0}}}


INPUTS = [{"prompt": prompt, "task": "countdown", "params": {"numbers": 4}} for prompt in PROMPTS * 2]
TEXTS = ["4*8-8-3", "8*3-4-8", "1+2+3+4", "1*2*3+4", "4*8-8-3", "4*8-8-3", "9", ""]
RIGHT = torch.tensor([1.0, 0, 1, 1, 1, 1, 0, 0])


def generate(inputs):
    generator = torch.Generator().manual_seed(7)
    ids = torch.randint(0, VOCABULARY, (len(inputs), 5), generator=generator)
    lengths = torch.tensor([5, 3, 4, 1, 2, 5, 3, 4])[: len(inputs)]
    return ids, (torch.arange(5) < lengths.unsqueeze(1)).long(), TEXTS[: len(inputs)]


def make(args=None, **changes):
    model = Policy()
    model.reference = Policy(seed=4)
    for parameter in model.reference.parameters():
        parameter.requires_grad_(False)
    args = args or arguments()
    optimizer = torch.optim.SGD([model.table], lr=args.learning_rate)
    return NsrTrainer(
        model, reward_funcs=[reward], args=args, optimizer=optimizer, generate=generate, experiment=experiment(**changes)
    )


def expected_loss(trainer, rows, coefficients, kl=False):
    """The mini-batch's loss computed at once, from the definition: w-reinforce, token-mean over all."""
    ids, mask, _ = generate(INPUTS)
    with torch.no_grad():
        score = lambda model: trainer._get_per_token_logps_and_entropies(  # noqa: E731
            model, torch.cat([torch.zeros(len(ids), 1, dtype=torch.long), ids], dim=1), None, 5, compute_entropy=True
        )
        old, entropy, _ = score(trainer.model)
        reference = score(trainer.model.reference)[0]
    mask = mask.bool()
    advantage = torch.where(RIGHT == 1, 0.1, -1.0).unsqueeze(1)
    losses = surrogate(advantage, probability_ratio(old, old), 0.2, 0.2)
    losses = losses - coefficients.get("entropyCoef", 0) * entropy
    if kl:
        losses = losses + coefficients["klCoef"] * kl_estimate(old, reference, "k3")
    inside = mask[rows]
    return (losses[rows] * inside).sum().item() / inside.sum().item()


class Trainer(unittest.TestCase):
    def run_updates(self, trainer):
        losses = []
        for _ in range(trainer.args.steps_per_generation):
            losses.append(trainer.training_step(trainer.model, INPUTS).item())
        return losses

    def test_loss_of_each_mini_batch(self):
        """Two micro-batches of two answers make a mini-batch; their losses add up to its mean over tokens."""
        trainer = make()
        losses = self.run_updates(trainer)
        self.assertAlmostEqual(losses[0] + losses[1], expected_loss(trainer, [0, 1, 2, 3], {}), places=5)
        self.assertAlmostEqual(losses[2] + losses[3], expected_loss(trainer, [4, 5, 6, 7], {}), places=5)
        self.assertAlmostEqual(trainer._metrics["train"]["nsr/accuracy"][0], RIGHT.mean().item())

    def test_entropy_and_kl_enter_the_gradient(self):
        trainer = make(arguments(beta=1.0), entropyCoef=0.03, klCoef=0.2, klEstimator="k3")
        self.assertTrue(trainer._entropy_bonus_enabled)
        losses = self.run_updates(trainer)
        expected = expected_loss(trainer, [0, 1, 2, 3], {"entropyCoef": 0.03, "klCoef": 0.2}, kl=True)
        self.assertAlmostEqual(losses[0] + losses[1], expected, places=5)
        plain = make()
        self.run_updates(plain)
        self.assertFalse(torch.allclose(trainer.model.table.grad, plain.model.table.grad))

    def test_kept_divides_by_what_counts(self):
        trainer = make(normalizer="kept", positiveWeight=0, negativeWeight=1)
        losses = self.run_updates(trainer)
        # At ratio 1 the surrogate of a wrong answer's token is 1: its mean over the wrong ones is 1.
        self.assertAlmostEqual(losses[0] + losses[1], 1.0, places=6)
        self.assertAlmostEqual(losses[2] + losses[3], 1.0, places=6)

    def test_old_log_probabilities_are_there_with_one_update(self):
        """TRL leaves them out where generation and update align; confidences need them."""
        trainer = make(arguments(steps_per_generation=2, gradient_accumulation_steps=2),
                       confidence={"kind": "power", "gamma": 1, "min": 0, "max": 1})
        prepared = trainer._prepare_inputs(INPUTS)
        self.assertIn("old_per_token_logps", prepared)
        wrong = (prepared["advantages"] < 0) & (prepared["completion_mask"] == 1)
        self.assertTrue(bool((prepared["advantages"][wrong] > -1).all()))

    def test_schedules_follow_rollout_steps(self):
        """Two updates a rollout, ten rollout steps; a resumed run goes on where its optimiser stood."""
        trainer = make(negativeWeight={"kind": "linear", "from": 1, "to": 0})
        self.run_updates(trainer)
        self.run_updates(trainer)
        trainer.state.global_step = 14
        self.run_updates(trainer)
        weights = trainer._metrics["train"]["nsr/negative_weight"]
        for weight, value in zip(weights, [1, 0.9, 0.3], strict=True):
            self.assertAlmostEqual(weight, value)

    def test_learning_rate_follows_rollout_steps(self):
        trainer = make()
        scheduler = trainer.create_scheduler(20)
        self.assertIs(trainer.create_scheduler(20), scheduler)
        rates = []
        for _ in range(6):
            rates.append(scheduler.get_last_lr()[0])
            trainer.optimizer.step()
            scheduler.step()
        # Two updates a rollout, ten rollout steps down to 0.
        for rate, value in zip(rates, [0.01, 0.01, 0.009, 0.009, 0.008, 0.008]):
            self.assertAlmostEqual(rate, value, places=9)

    def test_evaluation_leaves_the_base_class_alone(self):
        trainer = make()
        trainer.model.eval()
        with torch.no_grad():
            loss = trainer.compute_loss(trainer.model, trainer._prepare_inputs(copy.deepcopy(INPUTS)))
        self.assertTrue(bool(torch.isfinite(loss)))
        self.assertEqual(trainer._past_accuracies, [])

    def test_reward_reads_conversations(self):
        turn = [[{"role": "assistant", "content": "4*8-8-3"}]]
        prompt = [[{"role": "user", "content": "3488=21:"}]]
        self.assertEqual(reward(prompt, turn, ["countdown"], params=[{}]), [1.0])


class Script(unittest.TestCase):
    def test_settings(self):
        """Every exported settings.py runs, and says what the experiment says."""
        read = 0
        for case in CASES["configurations"]:
            if case["framework"] != "trl":
                continue
            with self.subTest(case["name"]):
                settings, given = {}, case["experiment"]
                exec(case["text"], settings)
                self.assertEqual(settings["PROMPTS_PER_STEP"], given["batch"]["promptsPerStep"])
                self.assertEqual(settings["STEPS"], given["steps"])
                self.assertEqual(settings["GRPO"]["max_grad_norm"], given["optimizer"]["maxGradNorm"])
                self.assertEqual(settings["GRPO"]["learning_rate"], given["optimizer"]["learningRate"])
                self.assertEqual(settings["GRPO"]["beta"] == 0, given["objective"]["klCoef"] == 0)
            read += 1
        self.assertGreater(read, 30)

    def test_batches_are_cut_evenly(self):
        import sys

        sys.modules["settings"] = types.SimpleNamespace(
            PROMPTS_PER_STEP=64, GROUP_SIZE=8, UPDATES_PER_ROLLOUT=4, ROWS_PER_GPU=8, STEPS=100, GRPO={"num_iterations": 1}
        )
        import train

        self.assertEqual(
            train.batch_arguments(8),
            {"per_device_train_batch_size": 8, "gradient_accumulation_steps": 2, "steps_per_generation": 8,
             "num_generations": 8, "max_steps": 400},
        )
        with self.assertRaisesRegex(ValueError, "512 answers"):
            train.batch_arguments(7)
