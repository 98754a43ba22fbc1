/* The e-health code: counts down, renews itself before its end, and says honestly when it is over and cannot be renewed. */
"use strict";
(() => {
  const frame = document.querySelector("[data-code]");
  if (!frame) return;
  const image = frame.querySelector("img"), left = frame.querySelector("[data-left]");
  const over = frame.querySelector("[data-over]"), good = frame.querySelector("[data-good]");
  const RENEW_BEFORE = 30, TRY_AGAIN = 10;
  let end = Date.now() + Number(frame.dataset.seconds) * 1000, next = end - RENEW_BEFORE * 1000, asking = false;

  const renew = async () => {
    if (asking) return;
    asking = true;
    try {
      const answer = await fetch(frame.dataset.code, { headers: { Accept: "application/json" }, redirect: "error" });
      if (!answer.ok) throw new Error(String(answer.status));
      const fresh = await answer.json();
      image.src = fresh.image;
      end = Date.now() + fresh.seconds * 1000;
      next = end - RENEW_BEFORE * 1000;
    } catch {
      next = Date.now() + TRY_AGAIN * 1000;  // no network, or signed out: what is shown stays good until its end
    } finally {
      asking = false;
      show();
    }
  };
  const show = () => {
    const seconds = Math.max(0, Math.ceil((end - Date.now()) / 1000));
    const isOver = seconds === 0;
    frame.classList.toggle("over", isOver);
    over.hidden = !isOver;
    good.hidden = isOver;
    left.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  };
  const tick = () => { show(); if (Date.now() >= next) renew(); };

  frame.querySelector("[data-renew]").addEventListener("click", renew);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) tick(); });
  window.addEventListener("online", tick);
  setInterval(tick, 1000);
  show();
})();
