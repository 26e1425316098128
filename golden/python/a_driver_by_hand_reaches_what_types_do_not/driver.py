"""How `ledger.settle` is exercised: ripout imports this file beside `subject`, which holds the symbols of one side.

`drive(subject, draw)` is called once for each input. `draw` takes values off the input's bytes (`int`, `float`, `bool`,
`text`, `bytes`, `choice`, `list`, and `note` for words that name the input); what `drive` returns or raises is compared.
"""


class Entry:
    def __init__(self, payer, cents, shares):
        self.payer, self.cents, self.shares = payer, cents, shares

    def split(self):
        return self.shares


def drive(subject, draw):
    people = ["ann", "bob", "cy"]
    entries = []
    for _ in range(draw.int(0, 4)):
        shares = [(person, draw.int(0, 3)) for person in people if draw.bool()]
        entries.append(Entry(draw.choice(people), draw.int(-5, 2000), shares))
    return subject.settle(iter(entries), currency=draw.choice(["EUR", "USD"]))
