/* Trying a form out: everything works, nothing is kept or sent. */
"use strict";
(() => {
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const element = document.getElementById("sheet");
  const state = document.querySelector("[data-sheet-state]");
  const words = read("words");
  const kept = new Map();
  const sheet = new Forms.Sheet(element, read("definition"), {
    language: element.dataset.preview, words, sentences: read("sentences"), on: element.dataset.today,
    photographs: {
      async add(file) {
        const id = crypto.randomUUID();
        const made = await Forms.smaller(file, 1600);
        kept.set(id, made);
        return { id, name: file.name, size: made.size };
      },
      draw: (id, canvas) => kept.has(id) && Forms.draw(kept.get(id).data, kept.get(id).type, canvas),
      remove: (id) => kept.delete(id),
    },
    changed: () => tell(),
  });
  const tell = () => {
    const count = sheet.faults.length;
    state.textContent = count ? words.faults.replace("{count}", count) : words.no_faults;
  };
  tell();
})();
