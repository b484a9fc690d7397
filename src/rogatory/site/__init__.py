"""One site out of all doors: the addresses, and the application that a server runs."""
