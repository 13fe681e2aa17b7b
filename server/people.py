"""`teller agents add`."""

from __future__ import annotations

from rich.console import Console
from sqlalchemy.exc import SQLAlchemyError

from handoff.agents import add_agent
from handoff.errors import HandoffError
from server.database import Database
from server.settings import Settings
from server.up import with_database


async def add(
    settings: Settings, *, email: str, name: str, password: str, role: str, team: str,
    console: Console,
) -> int:  # fmt: skip
    """Add an agent; 0 when done, 1 with the reason when not."""
    with with_database(settings, console=console) as url:
        database = Database(url, application="teller-agents", pool_size=1)
        try:
            agent = await database.run(
                lambda connection: add_agent(
                    connection, email=email, name=name, password=password, role=role, team=team
                )
            )
        except (HandoffError, SQLAlchemyError) as error:
            console.print(str(error), style="red", markup=False)
            return 1
        finally:
            await database.close()
    console.print(f"{agent.name} may sign in as {agent.email}.", markup=False)
    return 0
