"""How institutions, departments and groups do: cases, weight, indices, balance, monthly scores."""
