class Named:
    def __init__(self, label):
        self.label = str(label)

    def __str__(self):
        return f"<{self.label}>"


class Shelf:
    """A shelf with places."""

    limit = 64

    def __init__(self, label, length=3):
        self.label = str(label)
        if length > self.limit:
            raise ValueError(f"{length} places are too many")
        self.places = [None] * length

    def put(self, place, thing, *, replace=False):
        """Puts a thing into a place."""
        if self.places[place] is not None and not replace:
            raise KeyError(place)
        self.places[place] = thing
        return len([one for one in self.places if one is not None])

    def look(self, place=0):
        return self.places[place]

    @property
    def full(self):
        return None not in self.places

    def __len__(self):
        return len(self.places)

    def __eq__(self, other):
        if not isinstance(other, Shelf):
            return NotImplemented
        return self.label == other.label and self.places == other.places

    __hash__ = None
