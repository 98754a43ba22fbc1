"""S06 智能审核: findings over every fee line, answered, sampled and measured."""
