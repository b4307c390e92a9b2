"""Questions in plain words, answered from published figures alone: on the command line, and the same in the page."""
