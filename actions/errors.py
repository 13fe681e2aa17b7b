"""Errors of the action server."""

from __future__ import annotations


class ActionError(Exception):
    """A turn could not be answered; the customer is told and handed over."""

    code = "action"


class ChoiceError(ActionError):
    """A choice came without an article or an intent: the channel must send one of both."""

    code = "choice_invalid"
