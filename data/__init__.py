"""WHAT the data is: schema, codes, profiles of sources, reference facts, policy. Imports nothing of ours."""
