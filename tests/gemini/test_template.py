"""What was filled into a template is read back from the request that was made of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gemini.request import Request
from gemini.template import fill, texts, values_in, variables


def request(text: str, instruction: str = "") -> Request:
    config = {"system_instruction": instruction} if instruction else {}
    return Request("m", [{"role": "user", "parts": [{"text": text}]}], config)


@pytest.mark.parametrize(
    "values",
    [
        {"who": "Bob", "tone": "kind"},
        {"who": "Bob and {{tone}}\n", "tone": ""},
        {"who": "", "tone": "a (b) .*"},
    ],
)
def test_the_values_are_those_that_were_filled_in(values: dict[str, str]) -> None:
    template = request("Greet {{who}}, please. {{ who }}!", "Be {{tone}}.")
    assert values_in(template, fill(template, values)) == values


PIECES = st.sampled_from(["{{a}}", "{{ b }}", "{{c}}", " and ", "x", "\n"])
VALUE = st.text("x and\n{}", max_size=8)


@given(st.lists(PIECES), st.fixed_dictionaries({"a": VALUE, "b": VALUE, "c": VALUE}))
def test_what_is_read_back_makes_the_same_request(
    pieces: list[str], given_values: dict[str, str]
) -> None:
    template = request("".join(pieces))
    filled = fill(template, given_values)
    found = values_in(template, filled)
    if found:
        assert set(found) == set(variables(template))
        assert texts(fill(template, found)) == texts(filled)


@pytest.mark.parametrize("other", [request("Something else"), request("Greet"), Request("m", [])])
def test_of_another_request_nothing_is_read(other: Request) -> None:
    assert values_in(request("Greet {{who}}!"), other) == {}
