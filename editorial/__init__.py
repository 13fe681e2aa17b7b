"""What editors do with articles: revisions, checks, and publishing them without a developer."""
