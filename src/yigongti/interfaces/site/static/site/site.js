/* What the shell does by itself. Pages declare it in attributes; there is no script in a page.

   data-submit-on-change   a form that is sent when a choice changes
   data-toggle="id"        a button that opens and closes an element
   data-fold="name"        a part that stays as a person unfolded it, in this window
   data-search             the search box: Ctrl-K and / go there
   data-href               a table row that opens an address (Enter, double click); arrows walk through the rows
   data-confirm            a button that says what cannot be undone, and asks once
   data-chart="id"         a figure that ECharts draws from the JSON of that id
*/
"use strict";
(() => {
  const root = document.documentElement;

  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-submit-on-change]");
    if (form) form.requestSubmit();
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-toggle]");
    if (button) {
      const open = document.getElementById(button.dataset.toggle).classList.toggle("open");
      button.setAttribute("aria-expanded", String(open));
    }
    const asked = event.target.closest("[data-confirm]");
    if (asked && !window.confirm(asked.dataset.confirm)) event.preventDefault();
    for (const menu of document.querySelectorAll("details.account[open], .table-tools details[open]"))
      if (!menu.contains(event.target)) menu.open = false;
  }, true);

  for (const part of document.querySelectorAll("details[data-fold]")) {
    const name = `fold.${part.dataset.fold}`;
    if (sessionStorage.getItem(name) === "open") part.open = true;
    part.querySelector("summary").addEventListener("click", () => sessionStorage.setItem(name, part.open ? "" : "open"));
  }

  document.addEventListener("dblclick", (event) => {
    const row = event.target.closest("tr[data-href]");
    if (row) location.assign(row.dataset.href);
  });

  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
    if ((event.key === "k" && (event.ctrlKey || event.metaKey)) || (event.key === "/" && !typing)) {
      const box = document.querySelector("[data-search]");
      if (box) { event.preventDefault(); box.focus(); box.select(); }
      return;
    }
    if (event.key === "Escape") for (const menu of document.querySelectorAll("details[open].account")) menu.open = false;
    const row = event.target.closest && event.target.closest("tbody tr[tabindex]");
    if (!row || typing) return;
    const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
    if (step && row[step]) { event.preventDefault(); row[step].focus(); }
    if (event.key === "Enter" && row.dataset.href && event.target === row) location.assign(row.dataset.href);
  });

  /* charts: the library is loaded only by pages that have one; colours are those of the design tokens */
  let library;
  const colour = (name) => getComputedStyle(root).getPropertyValue(name).trim();
  const draw = async (scope) => {
    const figures = [...scope.querySelectorAll("[data-chart]:not([data-drawn])")];
    if (!figures.length) return;
    library = library || import(document.querySelector("meta[name=echarts]").content);
    const echarts = await library;
    for (const figure of figures) {
      figure.dataset.drawn = "";
      const option = JSON.parse(document.getElementById(figure.dataset.chart).textContent);
      const chart = echarts.init(figure, null, { renderer: "svg" });
      chart.setOption({
        color: [colour("--act"), "#c26a00", colour("--good"), "#7a4fa3", "#00808a", colour("--bad"), "#6b7683"],
        textStyle: { fontFamily: colour("--font") },
        animation: !matchMedia("(prefers-reduced-motion: reduce)").matches && !matchMedia("print").matches,
        aria: { enabled: true, decal: { show: true } },
        ...option,
      });
      chart.on("click", (point) => { if (point.data && point.data.href) location.assign(point.data.href); });
      new ResizeObserver(() => chart.resize()).observe(figure);
    }
  };
  document.addEventListener("DOMContentLoaded", () => draw(document));
  document.addEventListener("htmx:load", (event) => draw(event.detail.elt.parentElement || document));

  /* an error page that comes back for a fragment is shown where the fragment would have been */
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status >= 400 && event.detail.xhr.getResponseHeader("content-type")?.startsWith("text/html")) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });
})();
