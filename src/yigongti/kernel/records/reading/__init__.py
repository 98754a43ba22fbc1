"""Reading a record for a person: FHIR R4 resources in, what a page says out. Pure: no database, no request, no clock;
texts come in the language that is active.

Every page that shows a record reads it through here, the staff's and the resident's, so that both say the same.

    elements     words of a coded concept, references, numbers, quantities
    moments      days and instants, known to the minute or to the year
    facts        a resource with the institution that wrote it; the facts of a record by type
    conditions   every diagnosis once; allergies
    medicines    every medicine once, and how long it lasts
    care         visits and stays, immunisations, documents
    results      observations with their reference range and what it means
    courses      one test over time; the newest result of each
    reports      diagnostic reports with their observations
    plans        what is still to come
    bills        what a stay or visit cost, where the record holds it
"""
