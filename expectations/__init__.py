"""WHETHER the data is fit to use: the rules, and Great Expectations suites that test them where the data is."""
