def shout(text: str, times: int = 1):
    for _ in range(min(times, 4)):
        print("Shouting", text)
    return text.upper()
