"""The experiment in TRL: a GRPOTrainer with the playground's advantages, weights and loss.

Follows TRL 1.9.0 (trl/trainer/grpo_trainer.py). One rollout batch is generated every `steps_per_generation` micro-steps, its rows
are shuffled within a process, and one optimiser step (a mini-batch) takes `gradient_accumulation_steps` of them.
"""

import torch
from torch.optim.lr_scheduler import LambdaLR
from trl import GRPOTrainer

from nsr.losses import clip_options, probability_ratio
from nsr.objective import Objective
from nsr.schedules import evaluate_schedule
from nsr.tasks import grade


class NsrTrainer(GRPOTrainer):
    """experiment: an experiment of the playground as data (experiment.json)."""

    def __init__(self, *args, experiment, **kwargs):
        self._objective = Objective(experiment)
        self._experiment = experiment
        self._rewards = None
        self._past_accuracies = []
        self._coefficients = None
        self._window = None
        super().__init__(*args, **kwargs)
        # The base class computes entropies with a gradient only where its own (constant) bonus is on.
        self._entropy_bonus_enabled = self._objective.uses("entropyCoef")

    @property
    def _updates_per_rollout(self):
        steps = self.args.steps_per_generation * self.num_iterations
        return max(1, steps // self.args.gradient_accumulation_steps)

    def create_scheduler(self, num_training_steps, optimizer=None):
        """The experiment's learning rate over its rollout steps; `args.learning_rate` is its greatest value."""
        if self.lr_scheduler is None:
            peak = self.args.learning_rate
            rate, total = self._experiment["optimizer"]["learningRate"], self._experiment["steps"]

            def factor(update):
                return evaluate_schedule(rate, update // self._updates_per_rollout, total) / peak

            self.lr_scheduler = LambdaLR(self.optimizer if optimizer is None else optimizer, factor)
        return self.lr_scheduler

    def _calculate_rewards(self, inputs, prompts, completions, completion_ids_list):
        """Keeps the verdicts: the base class goes on to subtract the group's mean from them, whatever `scale_rewards` says."""
        rewards = super()._calculate_rewards(inputs, prompts, completions, completion_ids_list)
        self._rewards = rewards[:, 0]
        return rewards

    def _generate_and_score_completions(self, inputs):
        """Replaces the advantages of this process by the experiment's, [N, T]."""
        out = super()._generate_and_score_completions(inputs)
        if not self.model.training:
            return out
        mask = out["completion_mask"].bool()
        if out.get("old_per_token_logps") is None:
            out["old_per_token_logps"] = self._score(out)
        everywhere = {
            name: self._gather(out[name])
            for name in ("completion_mask", "old_per_token_logps", "ref_per_token_logps")
            if out.get(name) is not None
        }
        all_masks = everywhere["completion_mask"].bool()
        rewards = torch.nan_to_num(self._rewards, nan=0.0).double().to(all_masks.device)
        # Not the base class's own count of micro-steps, which a resumed run begins anew.
        step = self.state.global_step // self._updates_per_rollout
        group = [row // self.num_generations for row in range(len(rewards))]
        rated = self._objective.rate(
            step, rewards, group, all_masks, everywhere["old_per_token_logps"],
            past_accuracies=self._past_accuracies, ref_logp=everywhere.get("ref_per_token_logps"),
        )
        self._past_accuracies.append(rewards.mean().item())
        self._coefficients = rated.coefficients
        first = self.accelerator.process_index * len(mask)
        advantage = rated.advantage[first : first + len(mask), : mask.shape[1]]
        out["advantages"] = advantage
        out["nsr_counted"] = self._objective.counted(advantage, mask)
        metrics = self._metrics["train"]
        metrics["nsr/accuracy"].append(rewards.mean().item())
        metrics["nsr/positive_weight"].append(rated.coefficients["positiveWeight"])
        metrics["nsr/negative_weight"].append(rated.coefficients["negativeWeight"])
        return out

    def _prepare_inputs(self, generation_batch):
        """Adds how many answers and tokens the whole mini-batch counts, over all its micro-batches and processes."""
        inputs = super()._prepare_inputs(generation_batch)
        if not self.model.training:
            return inputs
        accumulation = self.args.gradient_accumulation_steps
        place = self._step % self.args.steps_per_generation
        begin = place - place % accumulation
        if self._window is None or place % accumulation == 0:
            parts = self._buffered_inputs[begin : begin + accumulation]
            counts = torch.stack([_counts(part) for part in parts]).sum(dim=0)
            self._window = self.accelerator.reduce(counts, reduction="sum")
        return {**inputs, "nsr_sequences": self._window[0], "nsr_tokens": self._window[1]}

    def _compute_loss(self, model, inputs):
        """The experiment's loss of one micro-batch; the sum over micro-batches and the mean over processes give that of the
        mini-batch."""
        mask = inputs["completion_mask"].bool()
        logp, entropy = self._score_with_gradient(model, inputs)
        evaluating = "nsr_counted" not in inputs
        counted = mask.any(dim=1) if evaluating else inputs["nsr_counted"]
        weight = self._objective.weights(counted, mask, inputs.get("nsr_sequences"), inputs.get("nsr_tokens"))
        advantage = inputs["advantages"]
        advantage = advantage.unsqueeze(1) if advantage.dim() == 1 else advantage
        old_logp = inputs.get("old_per_token_logps")
        old_logp = logp.detach() if old_logp is None else old_logp
        coefficients = self._coefficients or self._objective.coefficients_at(0)
        reference = inputs.get("ref_per_token_logps")
        if evaluating:
            coefficients = coefficients | {"entropyCoef": 0.0, "klCoef": 0.0}
        terms = self._objective.loss(weight, advantage, logp, old_logp, coefficients, entropy, reference)
        if not evaluating:
            self._log_loss(mask, advantage, logp.detach(), old_logp, entropy)
        # Gradients are averaged over processes; the counts above are those of all of them.
        return terms.loss * self.accelerator.num_processes

    def _score_with_gradient(self, model, inputs):
        ids = torch.cat([inputs["prompt_ids"], inputs["completion_ids"]], dim=1)
        attention = torch.cat([inputs["prompt_mask"], inputs["completion_mask"]], dim=1)
        logp, entropy, _ = self._get_per_token_logps_and_entropies(
            model, ids, attention, inputs["completion_ids"].size(1), compute_entropy=True
        )
        return logp, entropy

    def _score(self, out):
        """log pi_old of a generation batch, where the base class leaves it out because one update follows."""
        ids = torch.cat([out["prompt_ids"], out["completion_ids"]], dim=1)
        attention = torch.cat([out["prompt_mask"], out["completion_mask"]], dim=1)
        with torch.no_grad():
            logp, _, _ = self._get_per_token_logps_and_entropies(
                self.model, ids, attention, out["completion_ids"].size(1),
                batch_size=self.args.per_device_train_batch_size,
            )
        return logp

    def _gather(self, values):
        """Rows of all processes, padded to one width."""
        return self.accelerator.gather(self.accelerator.pad_across_processes(values, dim=1))

    def _log_loss(self, mask, advantage, logp, old_logp, entropy):
        low, high, _ = clip_options(self._objective.objective)
        ratio = probability_ratio(logp, old_logp)
        count = mask.sum().clamp(min=1)
        metrics = self._metrics["train"]
        metrics["clip_ratio/low_mean"].append(((mask & (advantage < 0) & (ratio <= 1 - low)).sum() / count).item())
        metrics["clip_ratio/high_mean"].append(((mask & (advantage > 0) & (ratio >= 1 + high)).sum() / count).item())
        if entropy is not None:
            metrics["entropy"].append((torch.where(mask, entropy.detach(), 0.0).sum() / count).item())


def _counts(part):
    """Answers and tokens that a micro-batch counts, [2]."""
    counted = part["nsr_counted"]
    tokens = (part["completion_mask"].bool() & counted.unsqueeze(1)).sum()
    return torch.stack([counted.sum().double(), tokens.double()])


def reward(prompts, completions, task, answer=None, params=None, **_):
    """The task's verdicts as TRL's reward function. task, answer and params are columns of the data set."""
    answers = answer if answer is not None else [None] * len(prompts)
    settings = params if params is not None else [{}] * len(prompts)
    rows = zip(task, prompts, completions, answers, settings, strict=True)
    return [float(grade(name, _text(prompt), _text(completion), gold, given)[0]) for name, prompt, completion, gold, given in rows]


def _text(turns):
    """A plain text, or the last turn of a conversation."""
    return turns if isinstance(turns, str) else turns[-1]["content"]
