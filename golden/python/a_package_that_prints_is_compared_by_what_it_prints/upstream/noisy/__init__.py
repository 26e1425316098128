print("noisy is imported")


def shout(text: str, times: int = 1):
    for _ in range(min(times, 4)):
        print("shouting", text)
    return text.upper()
