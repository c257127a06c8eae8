"""Trains the experiment: `accelerate launch train.py`. What to change stands in settings.py."""

import json
from pathlib import Path

import settings


def batch_arguments(processes):
    """How a rollout batch is cut: GRPOConfig's fields. Raises ValueError where it cannot be cut evenly."""
    rows = settings.PROMPTS_PER_STEP * settings.GROUP_SIZE
    share = settings.UPDATES_PER_ROLLOUT * processes * settings.ROWS_PER_GPU
    if rows % share != 0:
        raise ValueError(
            f"{rows} answers per rollout: a multiple of UPDATES_PER_ROLLOUT x GPUs x ROWS_PER_GPU = {share} is needed"
        )
    accumulation = rows // share
    return {
        "per_device_train_batch_size": settings.ROWS_PER_GPU,
        "gradient_accumulation_steps": accumulation,
        "steps_per_generation": accumulation * settings.UPDATES_PER_ROLLOUT,
        "num_generations": settings.GROUP_SIZE,
        "max_steps": settings.STEPS * settings.UPDATES_PER_ROLLOUT * settings.GRPO["num_iterations"],
    }


def main():
    from accelerate import PartialState
    from datasets import load_dataset
    from nsr_trl import NsrTrainer, reward
    from trl import GRPOConfig

    here = Path(__file__).parent
    files = {split: str(here / "data" / f"{split}.jsonl") for split in ("train", "test")}
    data = load_dataset("json", data_files=files)
    vllm = {
        "use_vllm": True,
        "vllm_mode": "colocate",
        "vllm_tensor_parallel_size": settings.TENSOR_PARALLEL,
        # The loss takes its old log-probabilities from the trainer.
        "vllm_importance_sampling_correction": False,
    }
    arguments = GRPOConfig(
        **settings.GRPO,
        **batch_arguments(PartialState().num_processes),
        **(vllm if settings.USE_VLLM else {}),
        output_dir=str(here / "output"),
    )
    adapter = None
    if settings.LORA is not None:
        from peft import LoraConfig

        adapter = LoraConfig(**settings.LORA)
    trainer = NsrTrainer(
        settings.MODEL,
        reward_funcs=[reward],
        args=arguments,
        train_dataset=data["train"],
        eval_dataset=data["test"],
        peft_config=adapter,
        experiment=json.loads((here / "experiment.json").read_text(encoding="utf-8")),
    )
    trainer.train()
    trainer.save_model()


if __name__ == "__main__":
    main()
