"""医共体 (yigongti): the software that a Chinese county runs its medical community on.

The folders and the law of dependency between them are told in ARCHITECTURE.md; the words in GLOSSARY.md.
"""

__version__ = "0.1.0"
