"""fixtures/onnx/tiny-llama from fixtures/oracle/00-psr-llama: the same weights as an ONNX graph, for a second opinion on our logits.

`/usr/bin/python3 scripts/export/makeOnnx.py` (torch 1.13; written against the checkpoint's definition, not against our engine).
"""

import json
import math
import struct
from pathlib import Path

import torch

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "fixtures/oracle/00-psr-llama"
OUT = ROOT / "fixtures/onnx/tiny-llama"


def read_safetensors(path):
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        assert entry["dtype"] == "F32"
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        values = torch.frombuffer(bytearray(data[begin:end]), dtype=torch.float32)
        tensors[name] = values.reshape(entry["shape"])
    return tensors


class Llama(torch.nn.Module):
    """A decoder without a cache: token ids [N, T] -> logits [N, T, V]."""

    def __init__(self, config, weights):
        super().__init__()
        self.config = config
        self.names = {}
        for index, (name, value) in enumerate(weights.items()):
            self.register_buffer(f"w{index}", value)
            self.names[name] = f"w{index}"

    def weight(self, name):
        return getattr(self, self.names[name])

    def norm(self, x, name):
        scale = torch.rsqrt((x * x).mean(dim=-1, keepdim=True) + self.config["rms_norm_eps"])
        return x * scale * self.weight(f"{name}.weight")

    def linear(self, x, name):
        return x @ self.weight(f"{name}.weight").T

    def forward(self, input_ids, attention_mask):
        config = self.config
        heads, width = config["num_attention_heads"], config["hidden_size"]
        size = width // heads
        x = self.weight("model.embed_tokens.weight")[input_ids]
        length = input_ids.shape[1]
        position = torch.arange(length).float()
        rate = config["rope_theta"] ** (-torch.arange(0, size, 2).float() / size)
        angle = position[:, None] * rate[None, :]
        cos, sin = torch.cat([angle.cos()] * 2, -1), torch.cat([angle.sin()] * 2, -1)
        ahead = torch.arange(length)[None, :] > torch.arange(length)[:, None]
        hidden = ahead[None, None] | (attention_mask == 0)[:, None, None, :]

        def turned(v):
            return v * cos + torch.cat([-v[..., size // 2 :], v[..., : size // 2]], -1) * sin

        for layer in range(config["num_hidden_layers"]):
            name = f"model.layers.{layer}"
            y = self.norm(x, f"{name}.input_layernorm")
            q, k, v = (
                self.linear(y, f"{name}.self_attn.{part}_proj").reshape(y.shape[0], length, heads, size).transpose(1, 2)
                for part in "qkv"
            )
            scores = turned(q) @ turned(k).transpose(-1, -2) / math.sqrt(size)
            mixed = scores.masked_fill(hidden, -1e9).softmax(dim=-1) @ v
            x = x + self.linear(mixed.transpose(1, 2).reshape(y.shape), f"{name}.self_attn.o_proj")
            y = self.norm(x, f"{name}.post_attention_layernorm")
            gate = torch.nn.functional.silu(self.linear(y, f"{name}.mlp.gate_proj"))
            x = x + self.linear(gate * self.linear(y, f"{name}.mlp.up_proj"), f"{name}.mlp.down_proj")
        return self.norm(x, "model.norm") @ self.weight("model.embed_tokens.weight").T


def main():
    config = json.loads((SOURCE / "config.json").read_text())
    assert config["num_key_value_heads"] == config["num_attention_heads"] and config["tie_word_embeddings"]
    (OUT / "onnx").mkdir(parents=True, exist_ok=True)
    (OUT / "config.json").write_text((SOURCE / "config.json").read_text())
    axes = {0: "batch", 1: "length"}
    torch.onnx.export(
        Llama(config, read_safetensors(SOURCE / "model.safetensors")).eval(),
        (torch.tensor([[1, 5, 7], [3, 4, 9]]), torch.ones(2, 3, dtype=torch.long)),
        str(OUT / "onnx/model.onnx"),
        input_names=["input_ids", "attention_mask"],
        output_names=["logits"],
        dynamic_axes={"input_ids": axes, "attention_mask": axes, "logits": axes},
        opset_version=15,
    )


if __name__ == "__main__":
    main()
