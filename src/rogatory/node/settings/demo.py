"""The demonstration: the same node with a clock that can be moved forward. It starts only on a demonstration's trust list."""

from __future__ import annotations

from rogatory.node.settings.base import *  # this module is the base with two differences

ROGATORY_CLOCK_CLASS = "rogatory.demo.clock.UnsafeDemoClock"
ROGATORY_DEMO = True
ROOT_URLCONF = "rogatory.demo.urls"
ROGATORY_DEMO_PEOPLE = "rogatory.demo.pages.people"
