/* On every page of somebody who is signed in: the device knows whose checklists it may show, and signing out clears them.

   Data of the script's own tag: data-account, data-unsent (the question when answers are not yet sent). */
"use strict";
(() => {
  const { account, unsent } = document.currentScript.dataset;
  const { storage } = globalThis.Forms;
  const number = Number(account);
  if (number) storage.mark(number);
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("form[data-sign-out]") || form.dataset.cleared || !number) return;
    event.preventDefault();
    try {
      let waiting = 0;
      if (await storage.exists(number)) {
        const store = await storage.open(number);
        waiting = (await store.unsent()).length;
        store.close();
      }
      if (waiting && !window.confirm(unsent.replace("{count}", waiting))) return;
      await storage.leave(number);
    } catch { /* a browser that keeps nothing has nothing to clear */ }
    form.dataset.cleared = "yes";
    form.requestSubmit();
  });
})();
