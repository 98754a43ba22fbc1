"""FHIR R4 over HTTP: it translates between HTTP and the record store, and decides nothing by itself."""
