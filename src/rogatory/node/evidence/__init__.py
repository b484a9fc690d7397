"""The evidence of one node: taken in from a provider, sealed, sent, received, opened on the record, and destroyed."""
