"""The door for programs: one API for officers' software, one for other nodes, and the public log.

Doors know `rogatory.node` and nothing of pages or commands.
"""
