"""S03 DRG/DIP payment: the month's cases grouped, priced, stated by department, and explained."""
