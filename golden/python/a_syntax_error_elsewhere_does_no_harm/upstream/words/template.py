def {{ name }}(
    return
