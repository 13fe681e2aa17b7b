"""What can be wrong with an evaluation; the message says what to do."""

from __future__ import annotations


class EvaluationError(Exception):
    """An evaluation cannot be done, or its results cannot be written."""

    code = "evaluation"


class TableError(EvaluationError):
    """A file of examples cannot be read; each bad line is named."""

    code = "table"
