"""The composition root: settings, database, web application, jobs, processes and command line."""
