"""Stands in for tensordict: a dict of tensors, nested ones among them."""

import torch


class Nested:
    """Rows of different lengths, as a jagged nested tensor holds them (torch 1.13 has none)."""

    is_nested = True

    def __init__(self, rows):
        self.rows = list(rows)

    def padded(self):
        width = max(len(row) for row in self.rows)
        out = torch.zeros(len(self.rows), width, dtype=self.rows[0].dtype)
        for index, row in enumerate(self.rows):
            out[index, : len(row)] = row
        return out


class Texts(list):
    """A column of texts; tensordict gives `tolist` to its own."""

    def tolist(self):
        return list(self)


class TensorDict(dict):
    def __init__(self, source, batch_size):
        super().__init__(source)
        self.batch_size = batch_size
        assert all(len(value.rows if isinstance(value, Nested) else value) == batch_size for value in source.values())

    def to_padded_tensor(self):
        padded = {key: value.padded() if isinstance(value, Nested) else value for key, value in self.items()}
        return TensorDict(padded, self.batch_size)
