"""How fast synthetic extracts are drawn and written, end to end and against writing the same rows alone."""

import argparse
import tempfile
import time
from pathlib import Path

from data.synthetic import World, generate, make_extracts
from data.synthetic.extracts import write_extracts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=20.0, help="1 is the demo, about 8,000 crimes")
    parser.add_argument("--seed", type=int, default=World().seed)
    options = parser.parse_args()
    world = World(seed=options.seed, scale=options.scale)
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        paths = make_extracts(world, Path(folder, "extracts"), Path(folder, "truth"))
        seconds = time.perf_counter() - started
        megabytes = sum(path.stat().st_size for path in paths) / 1e6

        versions = generate(world).versions
        started = time.perf_counter()
        write_extracts(versions, Path(folder, "again"))
        writing = time.perf_counter() - started
    print(f"rows {len(versions):,} in {len(paths)} extracts, {megabytes:,.1f} MB")
    print(f"generated and written in {seconds:.2f} s: {len(versions) / seconds:,.0f} rows a second")
    print(f"writing the same rows alone {writing:.2f} s: end to end takes {seconds / writing:.2f} times as long")


if __name__ == "__main__":
    main()
