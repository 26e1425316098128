def capitalise_all(text):
    return " ".join(word.capitalize() for word in text.split(" "))
