"""The verl files against stand-ins with verl 0.9.0's signatures: every overridden method is called. Not verl itself."""

import unittest

import nsr_reward
import prepare_data
import torch
import transfer_queue as tq
from cases import CASES, mask_of, optional, pad, relative_error
from nsr_verl import NsrTrainer, nsr_policy_loss
from omegaconf import config
from tensordict import Nested, Texts
from verl.trainer.ppo.core_algos import POLICY_LOSS_REGISTRY
from verl.trainer.ppo.v1.trainer_base import get_trainer_cls


def preset(name):
    return next(case for case in CASES["presets"] if case["name"] == name)


def trainer_for(case):
    return get_trainer_cls("nsr_sync")(
        config({"trainer": {"v1": {"trainer_mode": "nsr_sync"}}, "nsr": case["experiment"]})
    )


def queue(case, padding=0):
    """Puts a case's rollouts into the queue, with rows of padding behind; returns their batch."""
    lengths = [len(row) for row in case["oldLogp"]]
    rows = len(lengths)
    scores = [[0.0] * (length - 1) + [float(reward)] for length, reward in zip(lengths, case["rewards"])]
    nested = {
        "response_mask": [torch.ones(length, dtype=torch.long) for length in lengths],
        "rm_scores": [torch.tensor(row) for row in scores],
        "old_log_probs": [torch.tensor(row) for row in case["oldLogp"]],
        "ref_log_prob": [torch.tensor(row) for row in case["refLogp"]],
        "values": [torch.tensor(row) for row in case["values"]],
    }
    tq.STORE.clear()
    for name, values in nested.items():
        blank = torch.zeros(1, dtype=values[0].dtype)
        tq.STORE[name] = Nested([*values, *[blank] * padding])
    tq.STORE["uid"] = Texts([f"prompt-{group}" for group in case["groups"]] + ["prompt-0"] * padding)
    tags = [{}] * rows + [{"is_padding": True}] * padding
    return tq.KVBatchMeta("train", [str(row) for row in range(rows + padding)], tags)


class Trainer(unittest.TestCase):
    def test_is_synchronous(self):
        self.assertIs(get_trainer_cls("nsr_sync"), NsrTrainer)
        self.assertEqual(trainer_for(preset("nsr")).replay_buffer, "ReplayBuffer")

    def test_advantages_of_every_preset(self):
        for case in CASES["presets"]:
            for padding in (0, 2):
                with self.subTest(case["name"], padding=padding):
                    trainer, metrics = trainer_for(case), {}
                    trainer._past_accuracies = list(case["pastAccuracies"])
                    trainer.global_steps = case["step"] + 1
                    trainer._compute_advantage(queue(case, padding), metrics)
                    rows = len(case["rewards"])
                    stored = tq.STORE["advantages"].padded()
                    self.assertLess(relative_error(stored[:rows], pad(case["expected"]["advantage"])), 1e-6)
                    self.assertEqual(stored[rows:].abs().sum().item(), 0.0)
                    if case["expected"]["returns"] is not None:
                        returns = tq.STORE["returns"].padded()[:rows]
                        self.assertLess(relative_error(returns, pad(case["expected"]["returns"])), 1e-6)
                    self.assertAlmostEqual(metrics["nsr/accuracy"], sum(case["rewards"]) / rows)
                    self.assertEqual(len(trainer._past_accuracies), len(case["pastAccuracies"]) + 1)

    def test_kept_empties_the_masks_of_what_does_not_count(self):
        case = preset("dapo")
        self.assertEqual(case["experiment"]["objective"]["normalizer"], "kept")
        trainer = trainer_for(case)
        trainer.global_steps = 1
        trainer._compute_advantage(queue(case), {})
        for name in ("response_mask", "loss_mask"):
            counted = [bool(row.any()) for row in tq.STORE[name].rows]
            advantage = [any(value != 0 for value in row) for row in case["expected"]["advantage"]]
            self.assertEqual(counted, advantage)
            self.assertEqual([len(row) for row in tq.STORE[name].rows], [len(row) for row in case["oldLogp"]])


class PolicyLoss(unittest.TestCase):
    AGGREGATIONS = {"constant": "seq-mean-token-sum-norm"}

    def actor(self, case, mask):
        objective = case["experiment"]["objective"]
        side = (lambda value: value) if objective["clip"] else (lambda _: 1e9)
        length = objective["maxLength"] or case["experiment"]["sampling"]["maxNewTokens"]
        info = {"dp_size": 1, "batch_num_tokens": int(mask.sum()), "global_batch_size": len(mask)}
        scale = length if objective["aggregation"] == "constant" else None
        return config({
            "clip_ratio_low": side(objective["clipLow"]),
            "clip_ratio_high": side(objective["clipHigh"]),
            "clip_ratio_c": objective["dualClip"] or 1e9,
            "global_batch_info": info | {"loss_scale_factor": scale},
        })

    def test_loss_of_every_preset(self):
        self.assertIs(POLICY_LOSS_REGISTRY["nsr"], nsr_policy_loss)
        compared = 0
        for case in CASES["presets"]:
            objective = case["experiment"]["objective"]
            if objective["normalizer"] == "kept" and objective["aggregation"] != "token-mean":
                continue
            mode = self.AGGREGATIONS.get(objective["aggregation"], objective["aggregation"])
            for batch in case["expected"]["miniBatches"]:
                rows = batch["rows"]
                advantage = pad(case["expected"]["advantage"])[rows]
                mask = mask_of(case["oldLogp"])[rows]
                if objective["normalizer"] == "kept":
                    mask = mask & (advantage != 0).any(dim=1, keepdim=True)
                loss, metrics = nsr_policy_loss(
                    old_log_prob=pad(case["oldLogp"])[rows], log_prob=pad(case["logp"])[rows], advantages=advantage,
                    response_mask=mask, loss_agg_mode=mode, config=self.actor(case, mask), rollout_is_weights=None,
                )
                with self.subTest(case["name"]):
                    scale = max(1.0, abs(batch["policy"]))
                    self.assertAlmostEqual(loss.item(), batch["policy"], delta=2e-6 * scale)
                    self.assertIn("actor/clip_low", metrics)
                compared += 1
        self.assertGreater(compared, 80)

    def test_rollout_weights_multiply(self):
        case = preset("reinforce")
        batch = case["expected"]["miniBatches"][0]
        rows = batch["rows"]
        mask = mask_of(case["oldLogp"])[rows]
        given = (pad(case["oldLogp"])[rows], pad(case["logp"])[rows], pad(case["expected"]["advantage"])[rows], mask)
        loss, _ = nsr_policy_loss(*given, config=self.actor(case, mask), rollout_is_weights=torch.full(mask.shape, 0.5))
        self.assertAlmostEqual(loss.item(), 0.5 * batch["policy"], places=6)


class Files(unittest.TestCase):
    def test_configurations(self):
        """Every exported configuration is YAML that says what the experiment says."""
        import yaml

        read = 0
        for case in CASES["configurations"]:
            if case["framework"] != "verl":
                continue
            with self.subTest(case["name"]):
                experiment, config_read = case["experiment"], yaml.safe_load(case["text"])
                self.assertEqual(config_read["nsr"]["objective"], experiment["objective"])
                self.assertEqual(config_read["nsr"]["optimizer"]["learningRate"], experiment["optimizer"]["learningRate"])
                scale, actor = config_read["scale"], config_read["actor_rollout_ref"]["actor"]
                updates = scale["prompts_per_step"] / scale["prompts_per_update"]
                self.assertEqual(updates, experiment["batch"]["updatesPerRollout"])
                self.assertEqual(scale["steps"], experiment["steps"])
                self.assertEqual(actor["optim"]["lr"], experiment["optimizer"]["learningRate"])
                self.assertEqual(actor["entropy_coeff"], experiment["objective"]["entropyCoef"])
                self.assertEqual(config_read["trainer"]["v1"]["trainer_mode"], "nsr_sync")
                self.assertEqual(actor["policy_loss"]["loss_mode"], "nsr")
                answers = scale["prompts_per_update"] * scale["group_size"]
                self.assertEqual(answers % (scale["gpus_per_node"] * scale["rows_per_gpu"]), 0)
            read += 1
        self.assertGreater(read, 30)

    def test_reward(self):
        info = {"prompt": "3488=21:", "params": {}}
        right = nsr_reward.compute_score("countdown", "4*8-8-3", "", info)
        self.assertEqual((right["score"], right["acc"]), (1.0, 1.0))
        self.assertEqual(nsr_reward.compute_score("countdown", "4*8-8", "", info)["score"], 0.0)

    def test_rows_of_the_data_set(self):
        row = prepare_data.row({"task": "countdown", "prompt": "3488=21:", "params": {"numbers": 4}}, 7, "train")
        self.assertEqual(row["prompt"], [{"role": "user", "content": "3488=21:"}])
        info = row["extra_info"]
        score = nsr_reward.compute_score(row["data_source"], "4*8-8-3", row["reward_model"]["ground_truth"], info)
        self.assertEqual(score["score"], 1.0)

    def test_optional_columns(self):
        """Without a reference and a critic verl's queue has neither column."""
        case = preset("nsr")
        batch = queue(case)
        del tq.STORE["ref_log_prob"], tq.STORE["values"]
        trainer = trainer_for(case)
        trainer.global_steps = 8
        trainer._compute_advantage(batch, {})
        self.assertIsNone(optional(None))
        self.assertLess(relative_error(tq.STORE["advantages"].padded(), pad(case["expected"]["advantage"])), 1e-6)
