"""Fakes: one for each seam, built on the same pure code as the real thing."""
