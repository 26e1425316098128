def change(text):
    return text.lower()
