"""Payment by diagnosis-intervention packets (DIP, 按病种分值付费). See docs/algorithms/casemix-payment.md §5."""
