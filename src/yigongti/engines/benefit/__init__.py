"""Benefits: what insurance pays of one bill, and what the patient pays, step by step."""
