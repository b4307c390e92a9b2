"""Synthetic Hertfordshire: seeded extracts as a force would export them, and the truth no force can know."""

from data.synthetic.extracts import make_extracts
from data.synthetic.frames import Frames, generate
from data.synthetic.world import World
from data.synthetic.worlds import WORLDS, named_world

__all__ = ["WORLDS", "Frames", "World", "generate", "make_extracts", "named_world"]
