"""Settled bills at the close: brought into the lake, computed again, posted into the books. Door: public.py."""
