"""When the learning loop runs by itself."""

from __future__ import annotations

import procrastinate
import pytest
from procrastinate import testing

from server import learning
from server.settings import Settings


@pytest.mark.parametrize(
    ("hours", "cron"), [(1, "17 */1 * * *"), (6, "17 */6 * * *"), (24, "17 0 * * *")]
)
def test_it_runs_every_so_many_hours_beside_the_hour(hours: int, cron: str) -> None:
    assert learning.times(hours) == cron


@pytest.mark.parametrize(("hours", "periodic"), [(0, 0), (6, 1)])
def test_it_can_be_left_to_the_command(hours: int, periodic: int) -> None:
    app = procrastinate.App(connector=testing.InMemoryConnector())
    settings = Settings(_env_file=None).model_copy(update={"learn_every_hours": hours})

    learning.add_task(app, settings, "postgresql://nowhere/x")

    assert learning.TASK in app.tasks
    assert len(app.periodic_registry.periodic_tasks) == periodic
