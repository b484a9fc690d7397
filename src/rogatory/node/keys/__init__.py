"""The keys of a node: five, never one for two uses; and one key for each case.

- *act* (the institution), *log*, *witness* (of its peers' logs) and *message* (the node): files of mode 0600, wrapped with
  AES-256-GCM by a secret that is never in the database or its backup. The fifth, *officer*, never leaves its authenticator.
- A case's key is a file of its own outside the database. A purge destroys it, and with it the contents.
"""

from rogatory.node.keys.cases import CaseKeys, seal_key
from rogatory.node.keys.node import NodeKeys, PublicKeys, create_keys, draw_log_key

__all__ = ["CaseKeys", "NodeKeys", "PublicKeys", "create_keys", "draw_log_key", "seal_key"]
