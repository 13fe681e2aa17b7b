"""The web widget: sessions, a WebSocket, and long polling for networks that break it."""
