"""The door of pricing: weights, rates, pay. Explained in docs/algorithms/casemix-payment.md."""

from yigongti.engines.casemix.pricing.cases import BY_GROUP, CATEGORY_LABELS, Category, GroupedCase, PricedCase
from yigongti.engines.casemix.pricing.negotiation import NegotiationRoom, negotiation_room, require_room
from yigongti.engines.casemix.pricing.points import PricedPool, price_pool
from yigongti.engines.casemix.pricing.points_table import points_table, price_pool_table
from yigongti.engines.casemix.pricing.reference import price_case, standard_payment
from yigongti.engines.casemix.pricing.rules import (
    FIXED_RATE,
    FLOATING_RATE,
    DatedRules,
    HighOutlierBand,
    PaymentRules,
    dated_rules,
)
from yigongti.engines.casemix.pricing.table import (
    INPUT_COLUMNS,
    PRICE_COLUMNS,
    cases_to_table,
    price_dated_table,
    price_table,
)
from yigongti.engines.casemix.pricing.weighing import PastCase, WeighingRules, base_rate, weigh
from yigongti.engines.casemix.pricing.weighing_table import weigh_table, weights_of
from yigongti.engines.casemix.pricing.weight_table import (
    GroupWeight,
    WeightTable,
    weights_from_rows,
    with_weights_of_relatives,
)

__all__ = [
    "BY_GROUP",
    "CATEGORY_LABELS",
    "FIXED_RATE",
    "FLOATING_RATE",
    "INPUT_COLUMNS",
    "PRICE_COLUMNS",
    "Category",
    "DatedRules",
    "GroupWeight",
    "GroupedCase",
    "HighOutlierBand",
    "NegotiationRoom",
    "PastCase",
    "PaymentRules",
    "PricedCase",
    "PricedPool",
    "WeighingRules",
    "WeightTable",
    "base_rate",
    "cases_to_table",
    "dated_rules",
    "negotiation_room",
    "points_table",
    "price_case",
    "price_dated_table",
    "price_pool",
    "price_pool_table",
    "price_table",
    "require_room",
    "standard_payment",
    "weigh",
    "weigh_table",
    "weights_from_rows",
    "weights_of",
    "with_weights_of_relatives",
]
