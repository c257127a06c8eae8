"""data/*.jsonl -> data/*.parquet in the columns that verl reads. Run once, on a machine that all nodes see the files of."""

import json
from pathlib import Path

FOLDER = Path(__file__).parent / "data"


def turns(prompt):
    """A prompt that is written out is one turn, which the configuration's template puts as it is."""
    return [{"role": "user", "content": prompt}] if isinstance(prompt, str) else prompt


def row(problem, index, split):
    """One problem as verl's data set has it."""
    return {
        "data_source": problem["task"],
        "prompt": turns(problem["prompt"]),
        "reward_model": {"style": "rule", "ground_truth": problem.get("answer", "")},
        "extra_info": {
            "index": index,
            "split": split,
            "prompt": turns(problem["prompt"])[-1]["content"],
            "params": problem.get("params", {}),
        },
    }


def read(split):
    """Rows of a split."""
    lines = (FOLDER / f"{split}.jsonl").read_text(encoding="utf-8").splitlines()
    return [row(json.loads(line), index, split) for index, line in enumerate(lines)]


def main():
    import pandas

    for split in ("train", "test"):
        pandas.DataFrame(read(split)).to_parquet(FOLDER / f"{split}.parquet")


if __name__ == "__main__":
    main()
