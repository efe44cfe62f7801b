"""Figures of the process, as Prometheus reads them."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from chatapp.observability.metrics import METRICS, Counter, Registry, exposition


@pytest.fixture
def registry() -> Registry:
    return Registry()


class Yielding(float):
    """A number that lets another thread run in the middle of being added."""

    def __radd__(self, other: float) -> float:
        time.sleep(0)
        return other + float(self)


def test_a_counter_is_shown_with_its_meaning(registry: Registry) -> None:
    registry.counter("deltas_total", "Deltas received.").inc(3)
    assert registry.exposition() == (
        "# HELP deltas_total Deltas received.\n# TYPE deltas_total counter\ndeltas_total 3\n"
    )


def test_a_counter_never_shrinks() -> None:
    with pytest.raises(ValueError, match="only grows"):
        Counter().inc(-1)


def test_a_gauge_goes_up_and_down(registry: Registry) -> None:
    sockets = registry.gauge("sockets", "Open sockets.")
    sockets.set(5)
    sockets.inc()
    sockets.dec(2)
    assert "sockets 4\n" in registry.exposition()


def test_labels_tell_the_members_of_a_family_apart(registry: Registry) -> None:
    answers = registry.counters("answers_total", "Answers.", "model", "stop_reason")
    answers.labels("opus", "refusal").inc()
    answers.labels("opus", "end_turn").inc(2)
    lines = registry.exposition().splitlines()
    assert lines[2:] == [
        'answers_total{model="opus",stop_reason="end_turn"} 2',
        'answers_total{model="opus",stop_reason="refusal"} 1',
    ]


def test_the_same_labels_give_the_same_metric(registry: Registry) -> None:
    errors = registry.gauges("errors", "Errors.", "kind")
    assert errors.labels("a") is errors.labels("a")
    assert errors.labels("a") is not errors.labels("b")


@pytest.mark.parametrize("values", [(), ("a", "b")])
def test_a_wrong_number_of_labels_is_refused(registry: Registry, values: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="expected"):
        registry.counters("errors_total", "Errors.", "kind").labels(*values)


def test_hostile_labels_stay_inside_their_quotes(registry: Registry) -> None:
    registry.counters("x_total", "X.", "kind").labels('a"} 1\n\\').inc()
    assert 'x_total{kind="a\\"} 1\\n\\\\"} 1\n' in registry.exposition()


def test_a_meaning_of_two_lines_stays_one_line(registry: Registry) -> None:
    registry.counter("x_total", "one\ntwo \\")
    assert "# HELP x_total one\\ntwo \\\\\n" in registry.exposition()


def test_a_histogram_counts_what_is_at_most_each_bound(registry: Registry) -> None:
    waits = registry.histogram("wait_seconds", "Waits.", (0.1, 1.0))
    for seconds in (0.05, 0.1, 0.5, 7.0):
        waits.observe(seconds)
    assert registry.exposition().splitlines()[2:] == [
        'wait_seconds_bucket{le="0.1"} 2',
        'wait_seconds_bucket{le="1.0"} 3',
        'wait_seconds_bucket{le="+Inf"} 4',
        "wait_seconds_sum 7.65",
        "wait_seconds_count 4",
    ]


def test_labels_of_a_histogram_stand_beside_its_bounds(registry: Registry) -> None:
    registry.histograms("w_seconds", "W.", "model", bounds=(1.0,)).labels("opus").observe(0.5)
    assert 'w_seconds_bucket{model="opus",le="1.0"} 1\n' in registry.exposition()
    assert 'w_seconds_count{model="opus"} 1\n' in registry.exposition()


def test_a_timer_observes_also_what_failed(registry: Registry) -> None:
    waits = registry.histogram("w_seconds", "W.")
    with pytest.raises(KeyError), waits.time():
        raise KeyError
    with waits.time():
        pass
    assert "w_seconds_count 2\n" in registry.exposition()


def test_no_increment_is_lost_between_threads(registry: Registry) -> None:
    counter, waits = registry.counter("n_total", "N."), registry.histogram("w", "W.", (1.0,))
    sockets, one = registry.gauge("s", "S."), Yielding(1)

    def count(_: int) -> None:
        for _ in range(500):
            counter.inc(one)
            sockets.inc(one)
            waits.observe(one)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, range(8)))
    for sample in ("n_total 4000.0", "s 4000.0", "w_sum 4000.0", "w_count 4000"):
        assert f"{sample}\n" in registry.exposition()


@pytest.mark.parametrize("name", ["", "1x", "a-b", "a b", "é", "a\n"])
def test_a_name_that_prometheus_cannot_read_is_refused(registry: Registry, name: str) -> None:
    with pytest.raises(ValueError, match="no name"):
        registry.counter(name, "X.")


def test_a_taken_name_is_refused(registry: Registry) -> None:
    registry.counter("x_total", "X.")
    with pytest.raises(ValueError, match="is taken"):
        registry.gauge("x_total", "Another x.")


def test_the_process_has_one_page_of_figures() -> None:
    assert exposition() == METRICS.exposition()


def test_an_empty_registry_is_an_empty_page(registry: Registry) -> None:
    assert registry.exposition() == ""
