"""May this be asked, of whom, by when? The law engine: packs of data with typed conditions, and the answers to questions.

Pure: texts of law files and facts go in, values come out. It knows no storage, no network, no pages and no procedure.
"""

from rogatory.law.assess import assess, deadlines, for_a_human
from rogatory.law.load import load
from rogatory.law.model import Assessment, Deadline, Finding, Pack, Question

__all__ = ["Assessment", "Deadline", "Finding", "Pack", "Question", "assess", "deadlines", "for_a_human", "load"]
