"""The live stream: open pages follow new readings, alerts and messages by server-sent events."""
