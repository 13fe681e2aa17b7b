"""Tuning the sentence encoder: `make encoder-tune SETS=folder` (docs/encoder.md).

Runs in the optional environment .venv-encoder, which alone holds torch. Every module here can be
imported without torch, and uses it inside functions only.
"""
