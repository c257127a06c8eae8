"""Stands in for TRL 1.9.0's GRPOTrainer: the methods that the exported class overrides or calls, with their arguments, one process."""

import types
from collections import defaultdict

import torch


class Accelerator:
    process_index = 0
    num_processes = 1

    def gather(self, values):
        return values

    def pad_across_processes(self, values, dim=0):
        assert dim == 1
        return values

    def reduce(self, values, reduction="mean"):
        assert reduction == "sum"
        return values


class GRPOTrainer:
    """A one-layer policy: `model(ids)` gives logits [N, T, V]; completions come from `generate`, given by the test."""

    def __init__(self, model, reward_funcs=None, args=None, train_dataset=None, optimizer=None, generate=None):
        self.model = model
        self.reward_funcs = reward_funcs
        self.args = args
        self.optimizer = optimizer
        self.lr_scheduler = None
        self.accelerator = Accelerator()
        self.num_generations = args.num_generations
        self.num_iterations = args.num_iterations
        self.temperature = args.temperature
        self.beta = args.beta
        self._step = 0
        self.state = types.SimpleNamespace(global_step=0)
        self._metrics = {"train": defaultdict(list), "eval": defaultdict(list)}
        self._buffered_inputs = None
        self._entropy_bonus_enabled = False
        self._generate = generate

    def create_scheduler(self, num_training_steps, optimizer=None):
        raise AssertionError("the exported class makes its own")

    def training_step(self, model, inputs, num_items_in_batch=None):
        prepared = self._prepare_inputs(inputs)
        loss = self.compute_loss(model, prepared)
        loss.backward()
        self._step += 1
        if self._step % self.args.gradient_accumulation_steps == 0:
            self.state.global_step += 1
        return loss.detach()

    def compute_loss(self, model, inputs, return_outputs=False, num_items_in_batch=None):
        return self._compute_loss(model, inputs)

    def _compute_loss(self, model, inputs):
        raise AssertionError("the exported class computes its own loss")

    def _prepare_inputs(self, generation_batch):
        if not self.model.training:
            return self._generate_and_score_completions(generation_batch)
        if self._step % (self.args.steps_per_generation * self.num_iterations) == 0 or self._buffered_inputs is None:
            whole = self._generate_and_score_completions(generation_batch)
            size = len(whole["completion_ids"]) // self.args.steps_per_generation
            self._buffered_inputs = [
                {name: part[i * size : (i + 1) * size] if part.ndim > 0 else part for name, part in whole.items()}
                for i in range(self.args.steps_per_generation)
            ]
        return self._buffered_inputs[self._step % self.args.steps_per_generation]

    def _calculate_rewards(self, inputs, prompts, completions, completion_ids_list):
        columns = {key: [row[key] for row in inputs] for key in inputs[0] if key not in ("prompt",)}
        rows = [f(prompts=prompts, completions=completions, completion_ids=completion_ids_list, trainer_state=None,
                  **columns) for f in self.reward_funcs]
        return torch.tensor(rows, dtype=torch.float32).T

    def _generate_and_score_completions(self, inputs):
        prompts = [row["prompt"] for row in inputs]
        ids, mask, texts = self._generate(inputs)
        rewards = self._calculate_rewards(inputs, prompts, texts, ids.tolist())
        grouped = rewards[:, 0].view(-1, self.num_generations)
        advantages = (grouped - grouped.mean(dim=1, keepdim=True)).flatten()
        prompt_ids = torch.zeros(len(ids), 1, dtype=torch.long)
        out = {
            "prompt_ids": prompt_ids, "prompt_mask": torch.ones_like(prompt_ids), "completion_ids": ids,
            "completion_mask": mask, "advantages": advantages, "num_items_in_batch": mask.sum(),
        }
        score = lambda model: self._get_per_token_logps_and_entropies(  # noqa: E731
            model, torch.cat([prompt_ids, ids], dim=1), torch.cat([out["prompt_mask"], mask], dim=1), ids.shape[1]
        )[0]
        with torch.no_grad():
            if self.args.gradient_accumulation_steps % (self.args.steps_per_generation * self.num_iterations) != 0:
                out["old_per_token_logps"] = score(self.model)
            if self.beta != 0.0:
                out["ref_per_token_logps"] = score(self.model.reference)
        return out

    def _get_per_token_logps_and_entropies(self, model, input_ids, attention_mask, logits_to_keep, batch_size=None,
                                           compute_entropy=False, compute_aux_loss=False):
        logits = model(input_ids)[:, :-1][:, -logits_to_keep:] / self.temperature
        table = logits.log_softmax(dim=-1)
        logps = table.gather(-1, input_ids[:, -logits_to_keep:].unsqueeze(-1)).squeeze(-1)
        if not compute_entropy:
            return logps, None, None
        entropy = -(table.exp() * table).sum(dim=-1)
        return logps, entropy if self._entropy_bonus_enabled else entropy.detach(), None
