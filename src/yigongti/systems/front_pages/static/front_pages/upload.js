/* The upload form: a file may be dropped anywhere on the zone; kind and month are guessed from its name, its size is
   compared with the limit before it is sent. Pages declare it: form[data-upload][data-most-bytes], [data-print]. */
"use strict";
(() => {
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });
  const form = document.querySelector("form[data-upload]");
  if (!form) return;
  const file = form.elements.file, zone = form.querySelector("[data-zone]"), said = form.querySelector("[data-said]");
  const kinds = [
    ["fee_lines", /fee|费用|明细|收费/i],
    ["settlement_lists", /settle|结算|清单/i],
    ["discharges", /discharge|首页|出院|病案/i],
  ];
  const choose = (select, value) => {
    if ([...select.options].some((option) => option.value === value)) select.value = value;
  };
  const guess = () => {
    const chosen = file.files[0];
    if (!chosen) return;
    const kind = kinds.find(([, pattern]) => pattern.test(chosen.name));
    if (kind) choose(form.elements.kind, kind[0]);
    const month = chosen.name.match(/(20\d\d)[-_.年]?(0[1-9]|1[0-2])/);
    if (month) choose(form.elements.of_month, `${month[1]}-${month[2]}`);
    const megabytes = (chosen.size / 1024 / 1024).toFixed(2);
    const large = chosen.size > Number(form.dataset.mostBytes);
    said.textContent = `${chosen.name} · ${megabytes} MB${large ? " · " + said.dataset.tooLarge : ""}`;
    said.classList.toggle("field-error", large);
    form.querySelector("[type=submit]").disabled = large;
  };
  file.addEventListener("change", guess);
  for (const name of ["dragenter", "dragover"])
    zone.addEventListener(name, (event) => { event.preventDefault(); zone.classList.add("over"); });
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    if (!event.dataTransfer.files.length) return;
    file.files = event.dataTransfer.files;
    guess();
  });
  form.addEventListener("submit", () => {
    const button = form.querySelector("[type=submit]");
    button.textContent = button.dataset.busy;
  });
})();
