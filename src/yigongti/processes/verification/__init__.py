"""What must hold between bills, books, counters and pools: compared after each close and whenever somebody asks."""
