/* Deciding pairs by keyboard: S one person, D two persons, arrows to the neighbours. Typing in a field is left alone. */
"use strict";
document.addEventListener("keydown", (event) => {
  if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) && event.target.type !== "radio") return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const button = document.querySelector(`#decision button[data-key="${event.key.toLowerCase()}"]`);
  const link = { ArrowLeft: "a[rel=prev]", ArrowRight: "a[rel=next]" }[event.key];
  const way = button || (link && document.querySelector(`#decision ${link}`));
  if (!way || event.repeat) return;
  event.preventDefault();
  way.click();
});
