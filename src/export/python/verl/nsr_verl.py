"""The experiment in verl: a trainer that computes the playground's advantages, and its policy loss.

Follows verl 0.9.0 (verl/trainer/ppo/v1/trainer_base.py, core_algos.py). Loaded on every Ray node by
VERL_USE_EXTERNAL_MODULES=nsr_verl; chosen by trainer.v1.trainer_mode=nsr_sync and actor.policy_loss.loss_mode=nsr.
"""

import math

import torch
import transfer_queue as tq
from omegaconf import OmegaConf
from tensordict import TensorDict
from verl.trainer.ppo.core_algos import agg_loss, register_policy_loss
from verl.trainer.ppo.v1.trainer_base import register_trainer
from verl.trainer.ppo.v1.trainer_sync import PPOTrainerSync
from verl.workers.utils.padding import response_to_nested

from nsr.losses import probability_ratio, surrogate
from nsr.objective import Objective

# In the configuration a clip from here on means none: its fields take no null.
OUT_OF_REACH = 1e9

_FIELDS = ("uid", "response_mask", "rm_scores", "old_log_probs", "ref_log_prob", "values")


@register_trainer("nsr_sync")
class NsrTrainer(PPOTrainerSync):
    """verl's synchronous trainer with the advantages of `config.nsr` (an experiment: objective, steps, sampling, optimizer)."""

    def _build_replay_buffer(self):
        """verl gives any mode but `sync` the asynchronous buffer; this trainer is a synchronous one."""
        self.trainer_mode = "sync"
        self._objective = Objective(OmegaConf.to_container(self.config.nsr, resolve=True))
        self._past_accuracies = []
        return super()._build_replay_buffer()

    def _compute_advantage(self, batch, metrics):
        """Writes advantages and returns (and, where the normaliser is `kept`, masks of what counts) to the queue."""
        stored = tq.kv_batch_get(keys=batch.keys, partition_id=batch.partition_id, select_fields=list(_FIELDS))
        nested_mask = stored["response_mask"]
        data = stored.to_padded_tensor()
        mask = data["response_mask"].bool()
        # Depending on the queue's backend a list, or a stack of boxed values.
        uids = [str(getattr(uid, "data", uid)) for uid in list(stored["uid"])]
        # Rows that verl adds to fill a batch have an empty mask; they belong to no group.
        group = [f"padding {row}" if tag.get("is_padding", False) else uids[row] for row, tag in enumerate(batch.tags)]
        real = torch.tensor([not tag.get("is_padding", False) for tag in batch.tags], device=mask.device)
        # The task's verdict stands at the answer's last token.
        rewards = (data["rm_scores"] * mask).sum(dim=1).double()
        optional = {name: data[name] if name in data.keys() else None for name in ("ref_log_prob", "values")}
        rows = real.nonzero().flatten()
        rated = self._objective.rate(
            self.global_steps - 1,
            rewards[rows],
            [group[row] for row in rows.tolist()],
            mask[rows],
            data["old_log_probs"][rows],
            past_accuracies=self._past_accuracies,
            ref_logp=None if optional["ref_log_prob"] is None else optional["ref_log_prob"][rows],
            values=None if optional["values"] is None else optional["values"][rows],
        )
        self._past_accuracies.append(rewards[rows].mean().item())
        advantage = torch.zeros(mask.shape, dtype=torch.float32, device=mask.device)
        advantage[rows] = rated.advantage
        returns = advantage.clone()
        if rated.returns is not None:
            returns[rows] = rated.returns
        fields = {"advantages": advantage, "returns": returns}
        counted = self._objective.counted(advantage, mask)
        if self._objective.objective["normalizer"] == "kept":
            kept = (mask & counted.unsqueeze(1)).to(data["response_mask"].dtype)
            fields |= {"response_mask": kept, "loss_mask": kept}
        metrics.update(_metrics(rated, rewards[rows], counted[rows]))
        nested = {name: response_to_nested(value, nested_mask) for name, value in fields.items()}
        return tq.kv_batch_put(
            keys=batch.keys,
            partition_id=batch.partition_id,
            fields=TensorDict(nested, batch_size=len(batch)),
        )


def _metrics(rated, rewards, counted):
    wrong = rewards <= 0
    return {
        "nsr/accuracy": rewards.mean().item(),
        "nsr/positive_weight": rated.coefficients["positiveWeight"],
        "nsr/negative_weight": rated.coefficients["negativeWeight"],
        "nsr/confidence_wrong": rated.confidence[wrong].mean().item() if bool(wrong.any()) else 0.0,
        "nsr/counted_share": counted.double().mean().item(),
    }


@register_policy_loss("nsr")
def nsr_policy_loss(
    old_log_prob, log_prob, advantages, response_mask, loss_agg_mode="token-mean", config=None, rollout_is_weights=None
):
    """The clipped surrogate without the dual clip that verl's own always applies. All tensors [N, T]; (loss, metrics)."""
    low, high, dual = (_or_none(config.get(name)) for name in ("clip_ratio_low", "clip_ratio_high", "clip_ratio_c"))
    low, high = (math.inf if value is None else value for value in (low, high))
    mask = response_mask.bool()
    ratio = probability_ratio(log_prob, old_log_prob)
    losses = torch.where(mask, surrogate(advantages, ratio, low, high, dual), torch.zeros_like(ratio))
    if rollout_is_weights is not None:
        losses = losses * rollout_is_weights
    info = dict(config.global_batch_info)
    if not bool(mask.any()):
        # Nothing counts in this micro-batch: verl would divide 0 by 0 where nothing does in the mini-batch.
        loss = (losses * 0.0).sum()
    else:
        loss = agg_loss(loss_mat=losses, loss_mask=response_mask, loss_agg_mode=loss_agg_mode, **info)
    count = mask.sum().clamp(min=1)
    below = (mask & (advantages < 0) & (ratio <= 1 - low)).sum() / count
    above = (mask & (advantages > 0) & (ratio >= 1 + high)).sum() / count
    return loss, {"actor/clip_low": below.item(), "actor/clip_high": above.item()}


def _or_none(value):
    return None if value is None or value >= OUT_OF_REACH else value
