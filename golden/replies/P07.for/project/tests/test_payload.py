from payload import payload


def test_payload():
    assert payload({}) == {}
    assert payload({"a": 1, "b": None}) == {"a": 1}
    assert payload([1, None, {"a": None, "b": [None, 2]}]) == [1, {"b": [2]}]
    assert payload({"a": {"b": {"c": None}}, "d": "text"}) == {"a": {"b": {}}, "d": "text"}


def test_what_is_shared_stays_shared():
    part = {"a": None}
    sent = payload({"x": part, "y": part})
    assert sent == {"x": {}, "y": {}}
    assert sent["x"] is sent["y"]
