"""Weights, rates and what a case is paid. See docs/algorithms/casemix-payment.md."""
