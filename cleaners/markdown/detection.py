"""Whether a text is Markdown. A text of news with a star or a bracket in it never is."""

from __future__ import annotations

import regex

_ADDRESSED = (
    regex.compile(r"(?<!!)\[[^\[\]\n]{1,300}\]\((?:https?://|/|#|mailto:)[^\s()]{0,2000}"),
    regex.compile(r"!\[[^\[\]\n]{0,500}\]\((?:https?://|/|data:)[^\s()]{0,2000}"),
    regex.compile(r"^ {0,3}\[[^\[\]^\n][^\[\]\n]{0,100}\]: +<?https?://\S", regex.MULTILINE),
    regex.compile(r"^ {0,3}\|?[ \t]*:?-{3,}:?[ \t]*\|[ \t\r|:-]{0,500}$", regex.MULTILINE),
)
"""Marks that no plain text has: links, pictures, the addresses of references, the rule below a table's head."""
_OTHER = (
    regex.compile(r"^ {0,3}#{1,6} \S", regex.MULTILINE),
    regex.compile(r"(?<![\w*])\*\*(?![\s*])[^*\n]{1,300}(?<![\s*])\*\*(?![\w*])"),
    regex.compile(r"(?<![\w_])__(?![\s_])[^_\n]{1,300}(?<![\s_])__(?![\w_])"),
    regex.compile(r"^ {0,3}> \S", regex.MULTILINE),
    regex.compile(r"^ {0,3}(?:```|~~~)", regex.MULTILINE),
)
"""Marks that plain texts have now and then: headings, bold words, quotes, fences."""
MIN_KINDS = 2
"""Different marks of a Markdown text, if one of them has no other meaning."""
MIN_OTHER_KINDS = 3
"""Different marks of a Markdown text, if each of them may stand in a plain text."""


def is_markdown(text: str) -> bool:
    """Return whether several different marks of Markdown stand in a text.

    >>> is_markdown("# Ferry sails\\n\\nThe [ferry](https://example.org/ferry) left."), is_markdown("# 1 in the *charts* [sic]")
    (True, False)
    """
    if "](" not in text and "\n|" not in text and "]: " not in text and "**" not in text and "__" not in text:
        return False
    addressed = sum(pattern.search(text) is not None for pattern in _ADDRESSED)
    others = sum(pattern.search(text) is not None for pattern in _OTHER)
    return addressed + others >= MIN_KINDS if addressed else others >= MIN_OTHER_KINDS
