"""S07 三医监管: from a finding to a ruling, and inspections on site."""
