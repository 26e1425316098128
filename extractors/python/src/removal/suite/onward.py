
# The file of this name that would have been read without this one.
here = os.path.dirname(os.path.abspath(__file__))
others = [place for place in sys.path if os.path.abspath(place or ".") != here]
for place in others:
    file = os.path.join(place, "sitecustomize.py")
    if os.path.isfile(file):
        with open(file, "rb") as text:
            exec(compile(text.read(), file, "exec"), {"__name__": "sitecustomize", "__file__": file})
        break
