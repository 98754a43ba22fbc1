"""Published knowledge: workbooks read by what their headings say, and what taking one over would change."""
