def attempt():
    return "x" * (1 << 28)
