"""Pure values that everything stands on: money, periods, identifiers, codes, errors, traces, schemas, policy.

Nothing here knows Django, a database, a clock or the network.
"""
