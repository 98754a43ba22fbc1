"""One record for each resident: FHIR R4 resources, kept with their versions and found again."""
