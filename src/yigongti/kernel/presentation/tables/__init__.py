"""Tables as every page shows them: sort, filter, choose columns, page by key, totals, export of everything.

    table = Table("cases", [Column("case_id", _("Case")), Column("cost", _("Cost"), kind="money", total=True)],
                  key="id", order="-cost")
    return table.respond(request, Case.objects.filter(...), "casemix_payment/cases.html", {"focus": ...})

The template says {% include "presentation/table.html" %}. Rows are a query set (paged in the database, never by OFFSET)
or a list of dicts (for results that were computed). The view is kept in the address.
"""

from yigongti.kernel.presentation.tables.column import Column
from yigongti.kernel.presentation.tables.table import Shown, Table

__all__ = ["Column", "Shown", "Table"]
