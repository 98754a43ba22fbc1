"""The packaged fund: budget, prepayment, forecast, clearing and distribution."""
