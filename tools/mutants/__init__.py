"""Change the law engine one thing at a time, and see whether its tests notice. `make mutate` runs it."""
