"""The one loop that does what no request waits for: placing, sending, receiving packages, running out periods."""
