"""The door for the command line. `rogatory verify` and `rogatory law` need no database, no network and no Django."""
