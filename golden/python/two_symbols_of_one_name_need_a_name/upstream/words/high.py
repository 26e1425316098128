def change(text):
    return text.upper()
