"""`make pairing`: seasons of the sample forum, wishes met, trios, times; prints its tables."""

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from random import Random
from statistics import mean, median
from time import perf_counter, process_time

import rustworkx as rx
from rich.console import Console
from rich.table import Table

from dialogs.critical_friend.judgement import Round
from dialogs.critical_friend.matching import match
from dialogs.critical_friend.people import Past, Person
from tests.pairing import (
    Method,
    Played,
    avoid_last_3,
    greedy_unseen,
    many_people,
    play,
    sample_people,
    shuffled,
)

ROUNDS = 26
SPEAK = 100_000  # outweighs all wishes of a round
METHODS: dict[str, Method] = {
    "Vertti": match,
    "plain shuffle": shuffled,
    "avoid last 3": avoid_last_3,
    "greedy unseen first": greedy_unseen,
}
CONSOLE = Console(width=110)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seeds", type=int, default=20)
    options.add_argument("--trios", type=int, default=4, help="forums in which every trio is tried")
    options.add_argument(
        "--full", action="store_true", help="2,000 people also with every candidate: minutes"
    )
    chosen = options.parse_args()
    seasons(chosen.seeds)
    optimum()
    trios(chosen.trios)
    times(chosen.full)


def seasons(seeds: int) -> None:
    """Everybody here, a fifth away, and 49 people: repeats, colleagues, who is left out."""
    sample = sample_people()
    settings = {
        "50 people": (sample, 0.0),
        "50 people, 20 % away each round": (sample, 0.2),
        "49 people": (sample[:-1], 0.0),
    }
    for title, (people, absent) in settings.items():
        table = Table(title=f"{title}: {ROUNDS} rounds, mean of {seeds} seeds")
        for heading in (
            *("", "repeats", "colleagues", "left out", "one person"),
            *("wishes: 3 rounds", "6", "12", "26"),
        ):
            table.add_column(heading, justify="left" if heading == "" else "right")
        for name, method in METHODS.items():
            played = [play(people, ROUNDS, method, absent, seed) for seed in range(seeds)]
            table.add_row(name, *_summary(played))
            if method is match:
                note = _given_way(played)
        CONSOLE.print(table)
        CONSOLE.print(f"Vertti, all seeds: {note}\n")
    for rounds in (43, 44):
        repeats = [play(sample, rounds, seed=seed).repeats for seed in range(seeds)]
        CONSOLE.print(
            f"{rounds} rounds of 50 people (44 is the most there can be): {mean(repeats):.1f} "
            f"repeats of {rounds * 25:,} pairs, at most {max(repeats)}"
        )


def _summary(played: Sequence[Played]) -> Iterator[str]:
    for name in ("repeats", "same_organisation", "left_out"):
        counts = [getattr(season, name) for season in played]
        yield f"{mean(counts):.1f}" if any(counts) else "0"
    yield str(max(max(season.left_out_often.values(), default=0) for season in played))
    for rounds in (3, 6, 12, 26):
        yield f"{mean(sum(season.wishes[:rounds]) for season in played):.1f}"


def _given_way(played: Sequence[Played]) -> str:
    relaxed = sum((season.relaxed for season in played), Counter())
    said = ", ".join(f"{code} {number}" for code, number in sorted(relaxed.items())) or "none"
    return (
        f"relaxed: {said}; in a trio too early: {sum(one.twice_too_early for one in played)}; "
        f"wishes given up for later rounds: {sum(one.given_up for one in played)}; a round took "
        f"{median(s for one in played for s in one.seconds) * 1000:.1f} ms, "
        f"at most {max(s for one in played for s in one.seconds) * 1000:.1f} ms of one processor"
    )


def optimum() -> None:
    """Each round of a season beside a solver that knows languages and wishes and nothing else."""
    table = Table(title="Wishes met in a round: 50 people, a season")
    for heading in ("round", "Vertti", "optimum", "optimum if language did not matter"):
        table.add_column(heading, justify="right")
    rows: list[tuple[int, int, int]] = []

    def beside(people: Sequence[Person], past: Past, rounds_left: int, seed: int) -> Round:
        result = match(people, past, rounds_left, seed)
        any_language = [replace(person, languages=frozenset()) for person in people]
        best = (most_wishes(people, past), most_wishes(any_language, past))
        rows.append((result.worth.wishes, *best))
        return result

    play(sample_people(), ROUNDS, beside)
    for number, row in enumerate(rows, 1):
        if number <= 12 or number == ROUNDS:
            table.add_row(str(number), *map(str, row))
    table.add_row("all", *(str(sum(column)) for column in zip(*rows, strict=True)))
    CONSOLE.print(table)
    equal = sum(ours == best for ours, best, _ in rows)
    CONSOLE.print(f"equal to the optimum in {equal} of {ROUNDS} rounds\n")


def most_wishes(people: Sequence[Person], past: Past) -> int:
    """The most wishes that a round of new groups can meet; an odd number tries every trio.

    Of the rounds with the fewest groups without a language; rustworkx proves each optimum of an
    even number (complementary slackness).
    """
    graph: rx.PyGraph[Person, int] = rx.PyGraph()
    graph.add_nodes_from(people)
    graph.add_edges_from(
        [
            (here, there, value(a, b))
            for (here, a), (there, b) in combinations(enumerate(people), 2)
            if a.organisation != b.organisation and frozenset((a.id, b.id)) not in past.together
        ]
    )
    if len(people) % 2 == 0:
        return _completed(graph, verify_optimum=len(people) < 100) % SPEAK
    return (
        max(
            value(*(people[one] for one in trio)) + _completed(graph, trio)
            for trio in combinations(range(len(people)), 3)
            if all(graph.has_edge(*pair) for pair in combinations(trio, 2))
        )
        % SPEAK
    )


def _completed(
    graph: "rx.PyGraph[Person, int]", trio: Sequence[int] = (), verify_optimum: bool = False
) -> int:
    graph = graph.copy()
    graph.remove_nodes_from(trio)
    pairs = rx.max_weight_matching(
        graph, max_cardinality=True, weight_fn=int, verify_optimum=verify_optimum
    )
    assert 2 * len(pairs) == graph.num_nodes()
    return sum(graph.get_edge_data(a, b) for a, b in pairs)


def value(*group: Person) -> int:
    """A language in common before any number of wishes."""
    known = [person.languages for person in group if person.languages]
    speak = not known or bool(frozenset.intersection(*known))
    offers = {
        one.id: frozenset().union(*(other.offers for other in group if other is not one))
        for one in group
    }
    return SPEAK * speak + sum(len(one.wishes & offers[one.id]) for one in group)


def trios(forums: int) -> None:
    """How near the trio is to the best of all trios, each with the best matching of the rest."""
    dice, sample = Random(forums), sample_people()
    rows = []
    for _ in range(forums):
        people = dice.sample(sample, dice.choice((37, 41, 45, 49)))
        rows.append((len(people), match(people).worth.wishes, most_wishes(people, Past())))
    said = ", ".join(f"{number} people: {ours} of {best}" for number, ours, best in rows)
    CONSOLE.print(f"Wishes met with one trio, of those that the best of all trios allows: {said}\n")


def times(full: bool) -> None:
    table = Table(title=f"One round of {ROUNDS} to come (median of the runs)")
    for heading in ("people", "runs", "ms of one processor", "ms by the clock", "wishes met"):
        table.add_column(heading, justify="right")
    for number, runs in ((50, 15), (49, 15), (500, 3), (499, 3), (2000, 1), (1999, 1)):
        people = sample_people()[:number] if number <= 50 else many_people(number)
        processor, clock = [], []
        for seed in range(runs):
            begun = process_time(), perf_counter()
            result = match(people, None, ROUNDS, seed)
            processor.append(process_time() - begun[0])
            clock.append(perf_counter() - begun[1])
        table.add_row(
            f"{number:,}",
            str(runs),
            f"{median(processor) * 1000:,.1f}",
            f"{median(clock) * 1000:,.1f}",
            str(result.worth.wishes),
        )
    CONSOLE.print(table)
    for number in (500, 1000, 2000) if full else (500, 1000):
        people = many_people(number)
        CONSOLE.print(
            f"{number:,} people, each with their most valuable partners only: "
            f"{match(people).worth.wishes} wishes met; with everybody "
            f"{most_wishes(people, Past())}"
        )


if __name__ == "__main__":
    main()
