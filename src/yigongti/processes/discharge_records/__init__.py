"""From a submitted discharge to the resident's record: Encounter, Condition, Procedure, Coverage, bill."""
