"""The monthly close: record quality → grouping → pricing → statements, resumable and repeatable."""
