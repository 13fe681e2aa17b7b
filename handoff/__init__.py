"""People: the queue, the agents, their sessions, and the console that they work in."""
