"""The lasting record with each contact: events, who owns the conversation, and what may follow.

This package knows no door, no assistant and no queue. They come in through the small protocols in
`handoff`, `turn`, `outbox` and `inbound`; the `server` package wires them.
"""
