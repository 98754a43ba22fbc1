"""The fund's invented month (systems/fund), by its own fixtures."""

from browser_site import fixtures_of

_fund = fixtures_of("systems/fund/conftest.py")
fund_policy, communities, people = _fund.fund_policy, _fund.communities, _fund.people
month_files, published, drawn_up, in_force = _fund.month_files, _fund.published, _fund.drawn_up, _fund.in_force
