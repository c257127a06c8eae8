"""What the playground's engine says: cases.json, written by src/export/python.test.ts before these tests run."""

import json
import os
from pathlib import Path

import torch

CASES = json.loads(Path(os.environ["NSR_CASES"]).read_text(encoding="utf-8"))


def pad(rows):
    """Rows of different lengths as a float32 tensor [N, T], zeros behind."""
    width = max(len(row) for row in rows)
    return torch.tensor([list(row) + [0.0] * (width - len(row)) for row in rows], dtype=torch.float32)


def mask_of(rows):
    """True where a row has an entry, [N, T]."""
    width = max(len(row) for row in rows)
    return torch.tensor([[token < len(row) for token in range(width)] for row in rows])


def optional(rows):
    return None if rows is None else pad(rows)


def relative_error(ours, theirs):
    """||ours - theirs|| / ||theirs||; the norm itself where there is nothing to divide by."""
    ours, theirs = torch.as_tensor(ours).double().flatten(), torch.as_tensor(theirs).double().flatten()
    norm = theirs.norm().item()
    difference = (ours - theirs).norm().item()
    return difference / norm if norm > 0 else difference
