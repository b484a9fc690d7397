"""The demonstration: three nodes with fictional people, on loopback. Nothing but its own settings module names it."""
