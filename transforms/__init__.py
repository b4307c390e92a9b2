"""HOW figures are computed: reading extracts, building raw, core and published."""
