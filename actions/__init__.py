"""The action server: what the assistant says, on behalf of Rasa."""
