/* data-confirm: a button that says what cannot be undone, and asks once. */
"use strict";
document.addEventListener("click", (event) => {
  const asked = event.target.closest("[data-confirm]");
  if (asked && !window.confirm(asked.dataset.confirm)) event.preventDefault();
}, true);
