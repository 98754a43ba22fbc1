"""HL7 v2 messages of hospital and laboratory systems: over MLLP and as files, into the residents' records."""
