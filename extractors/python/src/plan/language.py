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


# Data of each kind of argument.
SAMPLES = {"number": 1.5, "text": "ab", "numbers": [2, 1], "texts": ["b", "a"], "object": {"a": 1}, "objects": [{"a": 2}, {"a": 1}], "any": None}
# Words whose forms are tried, at most.
MOST_TRIED = 60


def words_called(called, examples, evaluate, act):
    """Those of some words that a call by is something else than a call by a word of nobody's, in place of a text that the
    first example gives; each with the forms that it takes."""
    for args, named in examples[:1]:
        values = [evaluate(source) for source in args]
        named_values = {name: evaluate(source) for name, source in named.items()}
        for place, value in enumerate(values):
            if type(value) is not str:
                continue

            def said(text):
                return timed(lambda: act(values[:place] + [text] + values[place + 1:], named_values))

            def shown(word):
                end, value = said(word + "()")
                return end, type(value).__name__, str(value).replace(word, "")

            plain = shown(NOBODYS[0])
            if shown(NOBODYS[1]) == plain:
                found = [word for word in called if shown(word) != plain]
                if found:
                    return forms_taken(found, said)
    return {}


def forms_taken(words, said):
    """For each word the forms that no error comes of."""
    taken = {word: [] for word in words}
    for word in words[:MOST_TRIED]:
        for form in FORMS:
            given = ["&a" if kind == "by" else "`%s`" % json.dumps(SAMPLES[kind]) for kind in form]
            end, _ = said("%s(%s)" % (word, ", ".join(given)))
            if end == "slow":
                return taken
            if end == "good":
                taken[word].append(form)
    return taken
