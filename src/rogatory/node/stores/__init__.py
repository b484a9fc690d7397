"""Where the sealed packages of a node lie."""
