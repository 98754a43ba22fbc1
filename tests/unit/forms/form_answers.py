"""Answers written simply, as the worked cases write them, made into the items of a QuestionnaireResponse."""

from decimal import Decimal

from yigongti.kernel.forms.definition import VALUE_KEYS

NUMBERS = {"decimal": Decimal, "integer": Decimal}


def response_items(items, told):
    """told: linkId → value, list of values, dict (a group) or list of dicts (a group that repeats)."""
    known = {item.id: item for item in items}
    found = []
    for name, value in told.items():
        item = known.get(name)
        if value is None:
            continue
        if item is None:
            found.append({"linkId": name, "answer": [{"valueString": str(value)}]})
        elif item.is_group:
            fillings = value if isinstance(value, list) else [value]
            found += [{"linkId": name, "item": response_items(item.items, filling)} for filling in fillings]
        else:
            values = value if isinstance(value, list) else [value]
            found.append({"linkId": name, "answer": [answer(item, one) for one in values]})
    return found


def answer(item, value):
    if isinstance(value, dict) and any(key.startswith("value") and key != "value" for key in value):
        return value  # written as FHIR writes it
    if item.type in NUMBERS:
        return {VALUE_KEYS[item.type]: number(value)}
    if item.type == "quantity":
        return {"valueQuantity": {"value": number(value["value"]), "code": value["code"]}}
    if item.type in ("choice", "open-choice"):
        return {"valueCoding": {"code": value}}
    if item.type == "boolean":
        return {"valueBoolean": value in (True, "true")}
    return {VALUE_KEYS[item.type]: value}


def number(text):
    """A number as JSON would be read: whole ones as int."""
    made = Decimal(str(text))
    return int(made) if "." not in str(text) else made


def merged(base, change):
    """The answers of a case: what it changes stands in place of the base's."""
    return base | (change or {})
