"""Series keep their numbers; beyond the most that are kept the smaller half goes, never one that is in use."""

from veille.detect.surges.stream.volumes import Series, Volumes


def named(count: int) -> list[Series]:
    return [("generator", f"g{i:02}") for i in range(count)]


def test_the_smaller_half_is_forgotten_and_the_others_keep_their_numbers() -> None:
    volumes, series = Volumes(10), named(12)
    numbers = {one: volumes.number(one) for one in series}
    volumes.add({number: 100 + number for number in numbers.values()})
    used = numbers[series[0]]
    volumes.shrink({used})
    stayed = [one for one in series if volumes.daily()[numbers[one]] > 0]
    assert stayed == [series[0], *series[-4:]], "the one in use, and the largest others"
    assert {one: volumes.number(one) for one in stayed} == {one: numbers[one] for one in stayed}


def test_a_number_that_is_given_again_starts_at_nothing() -> None:
    volumes, series = Volumes(2), named(3)
    for one in series:
        volumes.add({volumes.number(one): 1000})
    volumes.shrink(set())
    fresh = volumes.number(("generator", "later"))
    assert fresh < len(series), "a number that was let go"
    assert volumes.daily()[fresh] == 0
    assert volumes[fresh] == ("generator", "later")


def test_nothing_is_forgotten_below_the_limit() -> None:
    volumes, series = Volumes(3), named(3)
    numbers = [volumes.number(one) for one in series]
    volumes.shrink(set())
    assert [volumes[number] for number in numbers] == series
