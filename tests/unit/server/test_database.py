"""Addresses, and which errors are worth another try."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from procrastinate.exceptions import ConnectorException
from sqlalchemy.exc import IntegrityError, OperationalError

from server.database import is_passing, psycopg_url, sqlalchemy_url, with_options


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_any_spelling_of_the_scheme_is_understood(scheme: str) -> None:
    url = f"{scheme}://user:p%40ss@db.example:5433/teller?sslmode=require"

    assert sqlalchemy_url(url).startswith("postgresql+psycopg://user:p%40ss@")
    assert psycopg_url(url).startswith("postgresql://user:p%40ss@")


def test_options_are_added_to_those_that_are_there() -> None:
    url = "postgresql://u@/db?host=%2Ftmp%2Fx&options=-c%20work_mem%3D8MB"

    query = parse_qs(urlsplit(with_options(url, application="test")).query)

    assert query["host"] == ["/tmp/x"]
    assert query["options"][0].startswith("-c work_mem=8MB -c search_path=teller,")
    assert "application_name=test" in query["options"][0]


def test_a_lost_connection_passes_and_a_mistake_does_not() -> None:
    lost = psycopg.OperationalError("server closed the connection unexpectedly")
    stopped = psycopg.errors.AdminShutdown("terminating connection")
    twice = psycopg.errors.UniqueViolation("duplicate key")
    wrapped = ConnectorException()
    wrapped.__cause__ = stopped

    for passing in (lost, stopped, wrapped, OperationalError("x", {}, stopped), OSError()):
        assert is_passing(passing)
    for lasting in (twice, IntegrityError("x", {}, twice), ValueError(), ConnectorException()):
        assert not is_passing(lasting)
