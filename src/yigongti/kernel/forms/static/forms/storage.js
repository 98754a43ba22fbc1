/* What is kept on the device, apart for each account: checklists and their forms, drafts, photographs, answers to send.

   Forms.storage.open(account) → a store; Forms.storage.account() is the account that this device was last signed in with.
   Another account's store is never opened: its unsent answers wait until that account signs in here again. */
"use strict";
(() => {
  const MARK = "yigongti-forms-account";
  const NAME = (account) => `yigongti-forms-${account}`;
  const STORES = { meta: "name", checklists: "id", drafts: "checklist", photographs: "id", queue: "client_id" };

  const done = (request) => new Promise((kept, failed) => {
    request.onsuccess = () => kept(request.result);
    request.onerror = () => failed(request.error);
  });
  const finished = (transaction) => new Promise((kept, failed) => {
    transaction.oncomplete = () => kept();
    transaction.onerror = () => failed(transaction.error);
    transaction.onabort = () => failed(transaction.error || new DOMException("aborted", "QuotaExceededError"));
  });

  class Store {
    constructor(account, database) { this.account = account; this.database = database; }

    get(store, key) { return done(this.database.transaction(store).objectStore(store).get(key)); }
    all(store) { return done(this.database.transaction(store).objectStore(store).getAll()); }

    /* several changes at once or none: [[store, value]] puts, [[store, undefined, key]] removes */
    async change(changes) {
      const transaction = this.database.transaction([...new Set(changes.map(([store]) => store))], "readwrite");
      const over = finished(transaction);
      for (const [store, value, key] of changes)
        if (value === undefined) transaction.objectStore(store).delete(key);
        else transaction.objectStore(store).put(value);
      await over;
    }

    put(store, value) { return this.change([[store, value]]); }
    remove(store, key) { return this.change([[store, undefined, key]]); }

    async meta(name, value) {
      if (value !== undefined) return this.put("meta", { name, value });
      const found = await this.get("meta", name);
      return found && found.value;
    }

    async unsent() { return (await this.all("queue")).filter((one) => !["received", "conflict"].includes(one.state)); }

    /* replace the working set; drafts of checklists that are gone stay, with their forms, until a person throws them away */
    async keepWorkingSet({ checklists, forms, fetchedAt, more }) {
      const [before, drafts, queue, held] = await Promise.all([this.all("checklists"), this.all("drafts"), this.all("queue"), this.meta("forms")]);
      const now = new Set(checklists.map((one) => one.id));
      for (const one of [...drafts, ...queue.filter((answer) => answer.state === "refused")]) {
        const name = one.told && `${one.told.form}/${one.told.version}`;
        if (name && !forms[name] && held && held[name]) forms[name] = held[name];
      }
      await this.change([
        ...before.filter((one) => !now.has(one.id)).map((one) => ["checklists", undefined, one.id]),
        ...checklists.map((one) => ["checklists", one]),
        ["meta", { name: "forms", value: forms }], ["meta", { name: "fetchedAt", value: fetchedAt }], ["meta", { name: "more", value: more }],
      ]);
    }

    async form(id, version) { return ((await this.meta("forms")) || {})[`${id}/${version}`]; }

    /* throw away what a person no longer wants, with its photographs */
    async discard(store, one) {
      const key = store === "queue" ? one.client_id : one.checklist;
      await this.change([[store, undefined, key], ...(one.photographs || []).map(({ id }) => ["photographs", undefined, id])]);
    }

    close() { this.database.close(); }
  }

  const open = (account) => new Promise((kept, failed) => {
    const request = indexedDB.open(NAME(account), 1);
    request.onupgradeneeded = () => { for (const [name, keyPath] of Object.entries(STORES)) request.result.createObjectStore(name, { keyPath }); };
    request.onsuccess = () => { request.result.onversionchange = () => request.result.close(); kept(new Store(account, request.result)); };
    request.onerror = () => failed(request.error);
    request.onblocked = () => failed(request.error || new Error("blocked"));
  });

  const exists = async (account) => {
    if (!indexedDB.databases) return true;
    return (await indexedDB.databases()).some((one) => one.name === NAME(account));
  };

  const account = () => { try { return Number(localStorage.getItem(MARK)) || 0; } catch { return 0; } };
  const mark = (number) => { try { if (number) localStorage.setItem(MARK, number); else localStorage.removeItem(MARK); } catch { /* no storage */ } };

  /* signing out: what is sent goes, what is not yet sent stays for this account; the page shows nobody's work any more */
  const leave = async (number) => {
    mark(0);
    if (!number || !(await exists(number))) return;
    const store = await open(number);
    const waiting = await store.unsent();
    if (!waiting.length) {
      store.close();
      await new Promise((over) => { const gone = indexedDB.deleteDatabase(NAME(number)); gone.onsuccess = gone.onerror = gone.onblocked = over; });
      return;
    }
    const needed = new Set(waiting.flatMap((one) => one.photographs.map((photograph) => photograph.id)));
    const rest = [
      ...(await store.all("checklists")).map((one) => ["checklists", undefined, one.id]),
      ...(await store.all("drafts")).map((one) => ["drafts", undefined, one.checklist]),
      ...(await store.all("photographs")).filter((one) => !needed.has(one.id)).map((one) => ["photographs", undefined, one.id]),
      ...(await store.all("queue")).filter((one) => !waiting.some((other) => other.client_id === one.client_id)).map((one) => ["queue", undefined, one.client_id]),
      ["meta", undefined, "forms"], ["meta", undefined, "fetchedAt"], ["meta", undefined, "name"],
    ];
    await store.change(rest);
    store.close();
  };

  globalThis.Forms = Object.assign(globalThis.Forms || {}, { storage: { open, exists, account, mark, leave } });
})();
