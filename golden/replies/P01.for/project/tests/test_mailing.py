from mailing import batches


def test_batches():
    assert batches([]) == []
    assert batches(["a", "b", "c"], 2) == [["a", "b"], ["c"]]
    assert batches(["a", "b", "c", "d"], 2) == [["a", "b"], ["c", "d"]]
    assert [len(batch) for batch in batches([str(n) for n in range(120)])] == [50, 50, 20]
