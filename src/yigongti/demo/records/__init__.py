"""Invented health records for residents of the demo county: what lies between their stays in hospital."""
