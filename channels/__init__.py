"""The doors. Each has an `incoming` (its updates become inbound messages) and an `outgoing`."""
