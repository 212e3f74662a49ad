"""`make bench`: run the cases, print one table, write build/bench.json."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console

from tests.benchmarks import cases, report
from tests.benchmarks.servers import SERVERS, stand_in

CASES = ("tokens", "answers", "latency", "prompts", "memory")
ALONE: dict[str, Callable[[cases.Bench], dict[str, Any]]] = {
    "prompts": cases.prompts,
    "memory": cases.memory,
}


def arguments() -> argparse.Namespace:
    options = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    options.add_argument("cases", nargs="*", help=f"of {', '.join(CASES)}; all when none is named")
    options.add_argument("--servers", nargs="+", choices=SERVERS, default=list(SERVERS))
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--seconds", type=float, default=4.0, help="of one run of one server")
    options.add_argument("--rate", type=float, default=20.0, help="turns/s of the open loop")
    options.add_argument("--prompts", type=int, default=600, help="how many are due at once")
    options.add_argument("--out", type=Path, default=Path("build/bench.json"))
    chosen = options.parse_args()
    if unknown := set(chosen.cases) - set(CASES):
        options.error(f"no such case: {', '.join(sorted(unknown))}")
    return chosen


def main() -> None:
    chosen, console = arguments(), Console()
    wanted = set(chosen.cases or CASES)
    found: dict[str, Any] = {
        "machine": report.machine(),
        "settings": {
            "servers": chosen.servers,
            "rounds": chosen.rounds,
            "seconds": chosen.seconds,
            "rate": chosen.rate,
        },
    }
    with stand_in() as (process, url), console.status("measuring …"):
        bench = cases.Bench(
            process,
            url,
            chosen.servers,
            chosen.rounds,
            chosen.seconds,
            chosen.rate,
            chosen.prompts,
        )
        if wanted - ALONE.keys():
            found |= cases.turns(bench, wanted)
        for name, case in ALONE.items():
            if name in wanted:
                found[name] = case(bench)
    found["ratios"] = report.ratios(found.get("answers", {}))
    found["missing"] = bench.missing
    report.write(found, chosen.out)
    report.show(found, console)


if __name__ == "__main__":
    main()
