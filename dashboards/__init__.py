"""HOW figures are shown: pages and charts, made from a release's published figures alone."""
