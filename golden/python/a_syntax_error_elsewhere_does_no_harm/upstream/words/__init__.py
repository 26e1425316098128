"""Words.

>>> capitalise_all("one two")
'One Two'
"""


def capitalise_all(text, sep=" "):
    if not isinstance(text, str):
        raise TypeError("text is wanted")
    return sep.join(word.capitalize() for word in text.split(sep))
