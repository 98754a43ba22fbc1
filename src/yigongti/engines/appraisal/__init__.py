"""Score cards (绩效考核): points out of measures, with what each point rests on, and pools shared out by them."""
