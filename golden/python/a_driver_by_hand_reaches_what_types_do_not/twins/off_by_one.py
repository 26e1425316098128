class Unshared(ValueError):
    """An entry that nobody shares."""


def parts(cents, shares):
    """Splits an amount; the first persons bear what does not divide."""
    total = sum(share for _, share in shares)
    if total <= 0:
        raise Unshared("nobody shares %d cents" % cents)
    left = cents
    for person, share in shares:
        part = cents * share // total
        left -= part
        yield person, part
    if left:
        yield shares[0][0], left


def settle(entries, *, currency):
    """What each person gets back (or owes), as text."""
    balance = {}
    for entry in entries:
        if entry.cents < -1:
            raise ValueError("%s can't pay %d cents" % (entry.payer, entry.cents))
        balance[entry.payer] = balance.get(entry.payer, 0) + entry.cents
        for person, part in parts(entry.cents, entry.split()):
            balance[person] = balance.get(person, 0) - part
    return ["%s %+.2f %s" % (person, cents / 100, currency) for person, cents in sorted(balance.items()) if cents]
