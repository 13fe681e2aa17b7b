"""Measurements of a running Teller, printed as tables; nothing here is a test."""
