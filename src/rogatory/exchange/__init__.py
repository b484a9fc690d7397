"""How does it cross the border? Messages, trust, and what to send next. The message format is pure."""
