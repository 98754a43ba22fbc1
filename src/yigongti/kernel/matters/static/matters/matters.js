/* matters: choosing many, one-key steps, and opening a matter in its own page where there is no room beside the list.

   space          choose the line that has the focus
   1 … 9          the step of that number: of the line (what needs nothing more), else of the opened matter
*/
"use strict";
(() => {
  const narrow = matchMedia("(max-width: 1100px)");

  document.addEventListener("htmx:beforeRequest", (event) => {
    const link = event.target.closest && event.target.closest(".matters-list td.what a");
    if (link && narrow.matches) { event.preventDefault(); location.assign(link.href); }
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id !== "detail") return;
    for (const row of document.querySelectorAll(".matters-list tr.is-open")) row.classList.remove("is-open");
    const link = event.detail.requestConfig && event.detail.requestConfig.elt;
    const row = link && link.closest("tr");
    if (row) row.classList.add("is-open");
  });

  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-pick-all]")) return;
    for (const box of event.target.form.querySelectorAll("input[name=matter]")) box.checked = event.target.checked;
  });

  document.addEventListener("keydown", (event) => {
    if (/^(INPUT|TEXTAREA|SELECT|BUTTON|SUMMARY)$/.test(event.target.tagName) || event.ctrlKey || event.metaKey || event.altKey) return;
    const row = event.target.closest && event.target.closest(".matters-list tr[tabindex]");
    if (event.key === " " && row) {
      const box = row.querySelector("input[name=matter]");
      if (box) { event.preventDefault(); box.checked = !box.checked; }
      return;
    }
    if (!/^[1-9]$/.test(event.key)) return;
    const quick = row && row.querySelector(`[data-quick="${event.key}"]`);
    if (quick) { event.preventDefault(); quick.click(); return; }
    const step = document.querySelector(`#matter [data-step-key="${event.key}"]`);
    if (step) {
      event.preventDefault();
      step.parentElement.open = true;
      const first = step.parentElement.querySelector("textarea, input:not([type=hidden]), select, button");
      if (first) first.focus();
    }
  });
})();
