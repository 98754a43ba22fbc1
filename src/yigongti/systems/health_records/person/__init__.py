"""What a person's page says, worked out of FHIR resources: plain values in, plain values out, no database."""
