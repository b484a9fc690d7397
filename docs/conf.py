"""How the documents are built: `make docs`. A warning is an error."""

from importlib.metadata import version

project = "Rogatory"
author = "The Rogatory developers"
copyright = author  # noqa: A001  # the name that Sphinx reads
release = version("rogatory")

extensions = ["myst_parser", "sphinxcontrib.mermaid"]
exclude_patterns = ["_build"]
nitpicky = True

myst_heading_anchors = 3
myst_enable_extensions = ["deflist"]
myst_fence_as_directive = ["mermaid"]  # the same fence draws in the repository and here

html_theme = "furo"
html_title = "Rogatory"
mermaid_include_elk = False
