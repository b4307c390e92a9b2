"""What the packs of a whole force cost: all of them, and each form of one, in CPU time and in bytes."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from dashboards.briefing import content, forms, texts
from dashboards.release import Release
from data.workspace import Workspace

MOST_SECONDS = 60


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workspace", type=Path)
    folder = Workspace(parser.parse_args().workspace.absolute()).current_release()
    if folder is None:
        sys.exit("There is no release there. Make one with: hatecrime demo")
    began, on_the_clock = time.process_time(), time.perf_counter()
    release, words = Release(folder), texts.load()
    with tempfile.TemporaryDirectory() as scratch:
        made = [forms.write(release, *asked, Path(scratch), words) for asked in forms.standard(release)]
        size = sum(path.stat().st_size for paths in made for path in paths)
    spent, waited = time.process_time() - began, time.perf_counter() - on_the_clock
    print(f"{len(made)} packs: {spent:.1f} s of CPU time, {waited:.1f} s on the clock, {size / 1e6:.1f} MB")
    pack = content.pack(release, release.force, "all", words)
    for end, (what, maker) in forms.FORMS.items():
        if maker is not None:
            began = time.process_time()
            size = len(maker(pack))
            print(f"  {what} ({end}): {(time.process_time() - began) * 1000:.0f} ms, {size / 1000:.0f} kB")
    if waited > MOST_SECONDS:
        sys.exit(f"More than {MOST_SECONDS} s for one force.")


if __name__ == "__main__":
    main()
