// The live stream client: follows new readings, alerts and messages.
