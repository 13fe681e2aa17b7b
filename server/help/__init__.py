"""The public help centre: pages by topic and language, search, and what readers made of it."""
