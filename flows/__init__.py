"""WHEN, in what order and by whom: the steps, the Prefect flow, the command line."""
