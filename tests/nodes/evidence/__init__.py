"""Evidence between real nodes."""
