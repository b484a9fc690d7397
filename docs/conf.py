"""How the documents are built: `make docs`. A warning is an error."""

from importlib import metadata

project = "Rogatory"
author = "The Rogatory developers"
copyright = author  # noqa: A001  # the name that Sphinx reads
release = metadata.version("rogatory")

extensions = ["myst_parser", "sphinxcontrib.mermaid"]
exclude_patterns = ["_build"]
nitpicky = True

myst_heading_anchors = 3
myst_fence_as_directive = ["mermaid"]  # the same fence draws in the repository and here

html_theme = "furo"
html_title = "Rogatory"
