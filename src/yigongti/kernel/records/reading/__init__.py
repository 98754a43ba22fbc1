"""Reading a record for a person: FHIR R4 resources in, what a page says out. Pure: no database, no request, no clock.

Every page that shows a record reads it through here, the staff's and the resident's, so that both say the same.

    words        what a coded value, a reference and a date are called
    results      observations with their reference range and what it means; one test over time
    clinical     problems, allergies, medicines, stays, immunisations, documents
    reports      diagnostic reports with their observations
    bills        what a stay or visit cost, where the record holds it
"""
