"""On which accounts the parts of a settlement stand (docs/adr/0020, 4): whoever posts or checks them asks here."""

from __future__ import annotations

INSTITUTION_ACCOUNTS = {
    "pool_fund": "1101.01", "critical_illness": "1101.02", "medical_assistance": "1101.03", "other_funds": "1101.04",
    "personal_account": "1101.05",
}  # fmt: skip
"""Payer → what it owes the institution, in the institution's book."""
PATIENT_ACCOUNT, INCOME_ACCOUNT = "1102", "4101"

POOL_ACCOUNTS = {
    "inpatient": "5001.01", "major_disease": "5001.01", "outpatient": "5001.02", "two_diseases": "5001.03",
    "special_disease": "5001.04",
}  # fmt: skip
"""Kind of care → what the pool spends on it, in the fund's book."""
FUND_ACCOUNTS = {
    "critical_illness": "5002", "medical_assistance": "5003", "other_funds": "5004", "personal_account": "5005",
}  # fmt: skip
"""Every payer but the pool → what it spends."""
OWED_ACCOUNT = "2001"
