"""What a FHIR R4 resource is: its elements, its codes, its search parameters. Values only, no database.

The tables in `tables/` are derived from HL7's own definitions of R4 (scripts/derive_fhir_tables.py); everything here
reads them. `public.py` is the door for the store and for REST.
"""
