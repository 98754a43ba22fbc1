"""From a message to FHIR R4: pure functions, one module for each family of messages."""
