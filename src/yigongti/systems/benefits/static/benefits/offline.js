/* Bills accepted without a network: kept on the device for the account that was signed in last, sent one by one.

   What is shown of a bill is only what is known: its total; what insurance pays is computed by the server. */
"use strict";
(() => {
  const told = (id) => JSON.parse(document.getElementById(id).textContent);
  const addresses = told("addresses"), words = told("words");
  const form = document.querySelector("form"), queue = document.querySelector("[data-queue]");
  const network = document.querySelector("[data-network]"), said = document.querySelector("[data-said]");
  const MARK = "yigongti-bills-account";
  let account = localStorage.getItem(MARK), token = "", busy = false;

  const name = () => `yigongti-bills-${account}`;
  const bills = () => JSON.parse(localStorage.getItem(name()) || "[]");
  const keep = (rows) => localStorage.setItem(name(), JSON.stringify(rows));

  const lines = (text) => text.split("\n").map((row) => row.trim()).filter(Boolean).map((row) => {
    const cells = row.split(/\t|\s+/).filter(Boolean), number = /^-?\d[\d,]*(\.\d+)?$/;
    if (cells.length < 3 || !number.test(cells.at(-1)) || !number.test(cells.at(-2))) throw new Error(row);
    return { item_code: cells[0], quantity: cells.at(-2).replaceAll(",", ""), amount: cells.at(-1).replaceAll(",", "") };
  });
  const fen = (text) => { const [whole, part = ""] = text.split("."); return BigInt(whole + part.padEnd(2, "0").slice(0, 2)); };
  const total = (rows) => {
    const sum = rows.reduce((all, row) => all + fen(row.amount), 0n), text = String(sum).padStart(3, "0");
    return `${text.slice(0, -2)}.${text.slice(-2)}`;
  };

  const draw = () => {
    queue.replaceChildren(...bills().map((one) => {
      const row = document.createElement("li"), mark = document.createElement("span"), text = document.createElement("span");
      mark.className = `mark mark-${{ confirmed: "good", refused: "bad" }[one.state] || "due"}`;
      mark.textContent = words[one.state] || words.waiting;
      text.textContent = ` ${one.bill.insured_number} · ${words.total} ${one.total}` +
        (one.answer && one.answer.number ? ` · ${words.insurance} ${one.answer.insurance} · ${words.cash} ${one.answer.cash}` : "") +
        (one.answer && one.answer.said ? ` · ${one.answer.said}` : "");
      row.append(mark, text);
      return row;
    }));
    const waiting = bills().filter((one) => one.state === "waiting").length;
    network.textContent = (navigator.onLine ? words.online : words.offline) + " " + words.unsent.replace("{count}", waiting);
  };

  const session = async () => {
    try {
      const answer = await fetch(addresses.offline_session, { redirect: "manual", cache: "no-store" });
      if (!answer.ok) return null;
      const found = await answer.json();
      account = String(found.account); token = found.token;
      localStorage.setItem(MARK, account);
      return found;
    } catch { return null; }
  };

  const send = async () => {
    if (busy) return;
    busy = true;
    try {
      if (!(await session())) return;
      for (const one of bills().filter((each) => each.state === "waiting")) {
        let answer;
        try {
          answer = await fetch(addresses.offline_send, {
            method: "POST", headers: { "Content-Type": "application/json", "X-CSRFToken": token },
            body: JSON.stringify({ bill: one.bill, quoted: { total_cost: one.total }, accepted_at: one.at }),
          });
        } catch { return; }
        if (answer.status >= 500) return;
        const came = await answer.json().catch(() => null);
        if (!came) return;
        keep(bills().map((each) => each.bill.key !== one.bill.key ? each
          : { ...each, state: came.state === "problem" ? "refused" : came.state, answer: came }));
        draw();
      }
    } finally { busy = false; draw(); }
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const given = new FormData(form);
    try {
      const rows = lines(given.get("lines"));
      if (!account || !rows.length) throw new Error(words.nobody);
      const bill = { key: `device-${crypto.randomUUID()}`, insured_number: given.get("number").trim(), care: given.get("care"),
        started_on: given.get("on"), ended_on: given.get("on"), lines: rows, paid: false };
      keep([{ bill, total: total(rows), at: new Date().toISOString(), state: "waiting" }, ...bills()]);
      form.reset();
      said.textContent = words.kept;
      said.hidden = false;
    } catch (error) {
      said.textContent = `${words.unreadable} ${error.message}`;
      said.hidden = false;
      return;
    }
    draw();
    send();
  });
  document.querySelector("[data-send]").addEventListener("click", send);
  addEventListener("online", send);
  addEventListener("offline", draw);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) send(); });
  if ("serviceWorker" in navigator) navigator.serviceWorker.register(addresses.offline_worker, { scope: addresses.scope });
  draw();
  send();
})();
