# What is known of a small language that a subject reads: which words it calls by is tried.

import ast

SIGN = re.compile(r"[^\w\s]{1,3}")
# Two words that no language calls by.
NOBODYS = ("zqxj", "zqxk")


def small_language(apart, called, sources):
    """What texts of a small language are made of, if the subject seems to read one: it tells signs apart, brackets among
    them, and looks up words. Names are those of the data in examples."""
    signs = distinct([word for word in apart if SIGN.fullmatch(word)], 40)
    if not called or "(" not in signs or len(signs) < 6:
        return None
    names = []
    for source in sources:
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError, RecursionError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Dict):
                names += [key.value for key in node.keys if isinstance(key, ast.Constant) and isinstance(key.value, str) and key.value.isidentifier()]
    return {"called": distinct(called, 120), "names": distinct(["a", "b"] + names, 8), "signs": signs}


def words_called(called, examples, evaluate, act):
    """Those of some words that a call by is something else than a call by a word of nobody's, in place of a text that the
    first example gives."""
    for args, named in examples[:1]:
        values = [evaluate(source) for source in args]
        named_values = {name: evaluate(source) for name, source in named.items()}
        for place, value in enumerate(values):
            if type(value) is not str:
                continue

            def shown(word):
                end, value = timed(lambda: act(values[:place] + [word + "()"] + values[place + 1:], named_values))
                return end, type(value).__name__, str(value).replace(word, "")

            plain = shown(NOBODYS[0])
            if shown(NOBODYS[1]) == plain:
                found = [word for word in called if shown(word) != plain]
                if found:
                    return found
    return []
