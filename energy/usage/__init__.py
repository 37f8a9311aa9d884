"""The usage pages: what they read, draw and say."""
