"""Every journey begins with a browser and the product served to it (tests/browser_site.py)."""

from browser_site import browser  # noqa: F401
