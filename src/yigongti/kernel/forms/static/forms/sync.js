/* Sending what waits: one answer after the other, again after growing pauses, never two tabs at once.

   An answer keeps its state in the store: waiting, sending, received, conflict, refused. A page that was closed while
   sending finds it as waiting again; the server knows its id and takes it once. */
"use strict";
(() => {
  class Sync {
    constructor(store, { addresses, limits, tell, signedOut }) {
      Object.assign(this, { store, addresses, limits, tell, signedOut, token: "", busy: false, timer: 0 });
    }

    /* who is signed in; null without a network, { signedOut: true } without a session */
    async session() {
      let answer;
      try { answer = await fetch(this.addresses.session, { redirect: "manual", cache: "no-store" }); } catch { return null; }
      if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) return { signedOut: true };
      if (!answer.ok) return null;
      try { return await answer.json(); } catch { return null; }
    }

    async run({ now = false } = {}) {
      if (this.busy) { this.again = true; return; }
      this.busy = true;
      clearTimeout(this.timer);
      const work = () => this.sendAll(now);
      try {
        if (navigator.locks) await navigator.locks.request(`yigongti-forms-${this.store.account}`, { ifAvailable: true }, (lock) => lock && work());
        else await work();
      } finally { this.busy = false; }
      if (this.again) { this.again = false; return this.run(); }
      await this.plan();
    }

    /* the next try by itself */
    async plan() {
      const waiting = (await this.store.unsent()).filter((one) => one.state === "waiting");
      if (!waiting.length) return;
      const soonest = Math.min(...waiting.map((one) => one.next || 0));
      this.timer = setTimeout(() => this.run(), Math.max(1000, soonest - Date.now()));
    }

    async sendAll(now) {
      const waiting = (await this.store.unsent())
        .filter((one) => one.state !== "refused")
        .sort((a, b) => a.number - b.number);
      for (const one of waiting) if (one.state === "sending") await this.note(one, { state: "waiting" });
      const ready = waiting.filter((one) => now || !one.next || one.next <= Date.now());
      if (!ready.length) return;
      const session = await this.session();
      if (!session) { for (const one of ready) await this.later(one); return; }
      if (session.signedOut || session.account !== this.store.account) { this.signedOut(session); return; }
      this.token = session.token;
      for (const one of ready) if (!(await this.send(one))) return;
    }

    /* true: go on with the next one */
    async send(one) {
      await this.note(one, { state: "sending" });
      const body = new FormData();
      body.append("answer", JSON.stringify({
        client_id: one.client_id, assignment: one.checklist, account: this.store.account, form: one.form, version: one.version,
        items: one.items, photographs: one.photographs.map(({ id, sha256, name }) => ({ id, sha256, name })),
        started_at: one.startedAt, finished_at: one.finishedAt, sent_at: new Date().toISOString(),
      }));
      for (const { id } of one.photographs) {
        const kept = await this.store.get("photographs", id);
        if (kept) body.append(`photograph-${id}`, new Blob([kept.data], { type: kept.type }), kept.name || "photo.jpg");
      }
      let answer, told = null;
      try {
        answer = await fetch(this.addresses.answers, { method: "POST", body, redirect: "manual", headers: { "X-CSRFToken": this.token } });
        if ((answer.headers.get("content-type") || "").startsWith("application/json")) told = await answer.json();
      } catch { await this.later(one); return false; }
      if (answer.type === "opaqueredirect") { await this.note(one, { state: "waiting" }); this.signedOut({ signedOut: true }); return false; }
      if (told && answer.ok) { await this.arrived(one, told); return true; }
      if (told && told.final) { await this.note(one, { state: "refused", why: { zh: told.zh, en: told.en }, faults: told.faults || [] }); return true; }
      await this.later(one);
      return Boolean(told);
    }

    async arrived(one, told) {
      const gone = one.photographs.map(({ id }) => ["photographs", undefined, id]);
      Object.assign(one, { state: told.state, receivedAt: told.receivedAt, flags: told.flags, items: [], photographs: [] });
      await this.store.change([["queue", one], ["checklists", undefined, one.checklist], ...gone]);
      this.tell();
    }

    async later(one) {
      const tries = (one.tries || 0) + 1;
      const longest = this.limits.retry_longest_minutes * 60;
      const seconds = Math.min(this.limits.retry_first_seconds * 2 ** (tries - 1), longest) * (0.75 + Math.random() / 2);
      await this.note(one, { state: "waiting", tries, next: Date.now() + seconds * 1000 });
    }

    async note(one, changes) {
      Object.assign(one, changes);
      await this.store.put("queue", one);
      this.tell();
    }
  }

  globalThis.Forms = Object.assign(globalThis.Forms || {}, { Sync });
})();
