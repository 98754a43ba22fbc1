/* One's own checklists, with or without a network: the list, one checklist to fill, and honestly what is sent and what is
   not. What is typed is kept at once; the network is only asked to fetch and to send. */
"use strict";
(() => {
  const { make, storage, Sheet, Sync, smaller, draw } = globalThis.Forms;
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const [addresses, words] = [read("addresses"), read("words")];
  const language = document.documentElement.lang.startsWith("en") ? "en" : "zh";
  const view = document.querySelector("[data-view]");
  const network = document.querySelector("[data-network]");
  const news = document.querySelector("[data-news]");
  const say = (text) => (text ? text[language] || text.zh : "");
  const fill = (text, values) => Object.entries(values).reduce((told, [name, value]) => told.replace(`{${name}}`, value), text);
  const clock = (text) => new Date(text).toLocaleString(language === "en" ? "en-GB" : "zh-CN", { timeZone: "Asia/Shanghai", hour12: false, month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" });
  const today = () => new Date(Date.now() + 8 * 3600000).toISOString().slice(0, 10);
  const LIMITS = { photograph_edge_pixels: 1600, photographs_per_answer: 40, retry_first_seconds: 5, retry_longest_minutes: 10, clock_tolerance_minutes: 10 };

  let store = null, sync = null, sentences = {}, isOnline = false, signedOut = false, other = false, limits = LIMITS, sheet = null;

  const tellNews = (text, action = null) => { news.replaceChildren(text, ...(action ? [" ", action] : [])); news.hidden = !text; delete news.dataset.waits; };

  /* ---- who, and what is kept */

  const boot = async () => {
    view.replaceChildren(make("p", {}, words.loading));
    try { sentences = await (await fetch(addresses.sentences)).json(); } catch { sentences = {}; }
    if (!globalThis.indexedDB) { network.textContent = words.no_storage; return; }
    const asking = new Sync(null, { addresses });
    const session = await asking.session();
    isOnline = session !== null;
    signedOut = Boolean(session && session.signedOut);
    if (session && session.account) storage.mark(session.account);
    const account = storage.account();
    if (!account) { network.textContent = words.nobody; view.replaceChildren(signInLink()); return; }
    try { store = await storage.open(account); } catch { network.textContent = words.no_storage; return; }
    if (session && session.account) {
      await store.change([["meta", { name: "limits", value: session.limits }], ["meta", { name: "name", value: session.name }]]);
      tellClock(session);
    }
    limits = { ...LIMITS, ...(await store.meta("limits")) };
    document.querySelector("[data-who]").textContent = (await store.meta("name")) || "";
    sync = new Sync(store, {
      addresses, limits, tell: () => { tellNetwork(); if (!location.hash) list(); },
      signedOut: (told) => { signedOut = true; other = Boolean(told.account); tellNetwork(); },
    });
    if (navigator.storage && navigator.storage.persist) navigator.storage.persist();
    await watchWorker();
    await route();
    if (isOnline && !signedOut) { await fetchWorkingSet(); sync.run({ now: true }); }
  };

  const tellClock = (session) => {
    const minutes = Math.round((Date.now() - Date.parse(session.now)) / 60000);
    if (Math.abs(minutes) > session.limits.clock_tolerance_minutes) tellNews(fill(words.clock, { minutes: Math.abs(minutes) }));
  };

  const signInLink = () => make("p", {}, make("a", { className: "button primary", href: addresses.signIn }, words.sign_in));

  const fetchWorkingSet = async () => {
    let told = null;
    try {
      const answer = await fetch(addresses.checklists, { redirect: "manual", cache: "no-store" });
      if (answer.type === "opaqueredirect") { signedOut = true; tellNetwork(); return; }
      if (answer.ok) told = await answer.json();
    } catch { /* no network: what was fetched before stays */ }
    if (!told || told.account !== store.account) return;
    try { await store.keepWorkingSet(told); } catch (error) { tellFull(error); }
    if (!location.hash) await list();
    tellNetwork();
  };

  const watchWorker = async () => {
    if (!("serviceWorker" in navigator)) return;
    try {
      const held = Boolean(navigator.serviceWorker.controller);
      await navigator.serviceWorker.register(addresses.worker, { scope: addresses.scope });
      navigator.serviceWorker.addEventListener("controllerchange", () => {
        if (held) tellNews(words.new_version, make("button", { type: "button", onclick: () => location.reload() }, words.reload));
      });
    } catch { /* an old worker goes on; without any, the page still works while there is a network */ }
  };

  const tellNetwork = async () => {
    const waiting = store ? (await store.unsent()).length : 0;
    if (!waiting && news.dataset.waits) tellNews("");
    const state = signedOut ? (other ? words.other_account : words.signed_out) : isOnline ? words.online : words.offline;
    network.className = `notice ${waiting || signedOut ? "notice-due" : isOnline ? "notice-good" : ""}`;
    network.replaceChildren(`${state} · `, make("strong", { "data-unsent": waiting }, waiting ? fill(words.unsent, { count: waiting }) : words.all_sent),
      ...(signedOut ? [" ", make("a", { href: addresses.signIn }, words.sign_in)] : []));
  };

  const tellFull = (error) => tellNews(error && error.name === "QuotaExceededError" ? words.storage_full : String(error));

  /* ---- the list */

  const list = async () => {
    sheet = null;
    const [checklists, drafts, queue, fetchedAt, more] = await Promise.all([
      store.all("checklists"), store.all("drafts"), store.all("queue"), store.meta("fetchedAt"), store.meta("more"),
    ]);
    const filled = new Set(queue.filter((one) => one.state !== "refused").map((one) => one.checklist));
    const begun = new Set(drafts.map((one) => one.checklist));
    const gone = drafts.filter((one) => one.told && !checklists.some((other) => other.id === one.checklist));
    const open = checklists.filter((one) => !filled.has(one.id)).sort((a, b) => (a.due || "9") < (b.due || "9") ? -1 : 1);
    view.replaceChildren(
      make("h1", {}, `${words.to_fill} (${open.length})`),
      open.length ? make("ul", { className: "plain card work-list" }, ...open.map((one) => toFill(one, begun))) : make("p", { className: "empty" }, words.none_to_fill),
      more ? make("p", { className: "quiet" }, fill(words.more, { count: more })) : "",
      gone.length ? make("h2", {}, words.no_longer_asked) : "",
      gone.length ? make("ul", { className: "plain card work-list" }, ...gone.map((one) => make("li", {}, make("strong", {}, say(one.told.title)), " ", discardButton("drafts", one)))) : "",
      make("h2", {}, words.sent_and_waiting),
      make("ul", { className: "plain card work-list" }, ...queue.sort((a, b) => b.number - a.number).map(answered)),
      make("p", { className: "actions" },
        make("button", { type: "button", onclick: async () => { await reconnect(); } }, words.refresh),
        make("button", { type: "button", className: "primary", onclick: async () => { await reconnect(); sync.run({ now: true }); } }, words.send_now)),
      make("p", { className: "quiet" }, fetchedAt ? fill(words.fetched, { time: clock(fetchedAt) }) : words.never_fetched),
      make("p", { className: "actions" }, make("button", { type: "button", className: "danger", onclick: leave }, words.clear)));
    tellNetwork();
  };

  const toFill = (one, begun) => make("li", { "data-checklist": one.id }, make("a", { href: `#${one.id}`, className: "work-open" },
    make("strong", {}, say(one.title)), make("span", {}, say(one.institution)),
    make("span", {}, one.due ? fill(words.due, { day: one.due }) : "", one.due && one.due < today() ? make("span", { className: "mark mark-bad" }, words.late) : "",
      begun.has(one.id) ? make("span", { className: "mark mark-due" }, words.begun) : "")));

  const discardButton = (kind, one) => make("button", { type: "button", className: "danger", onclick: async () => {
    if (!window.confirm(words.discard_sure)) return;
    await store.discard(kind, one);
    await list();
  } }, words.discard);

  const stateOf = (one) => {
    if (one.state === "received") return ["good", fill(words.received, { time: clock(one.receivedAt) })];
    if (one.state === "conflict") return ["bad", fill(words.conflict, { time: clock(one.receivedAt) })];
    if (one.state === "refused") return ["bad", fill(words.refused, { why: say(one.why) })];
    if (one.state === "sending") return ["due", words.sending];
    return ["due", one.next && one.next > Date.now() ? `${words.on_device} · ${fill(words.waiting_until, { time: clock(one.next) })}` : words.on_device];
  };

  const answered = (one) => {
    const [tone, text] = stateOf(one);
    const faults = (one.faults || []).map((fault) => make("p", { className: "field-error" }, say(fault)));
    const mend = one.state === "refused" && make("button", { type: "button", onclick: () => reopen(one) }, words.mend);
    return make("li", { "data-answer": one.client_id, "data-state": one.state }, make("strong", {}, say(one.title)), " ", make("span", { className: `mark mark-${tone}` }, text), ...faults, mend || "", mend ? " " : "", mend ? discardButton("queue", one) : "");
  };

  /* a refused answer becomes a draft again, with its photographs */
  const reopen = async (one) => {
    const draft = { checklist: one.checklist, items: one.items, startedAt: one.startedAt, photographs: one.photographs, told: one.told };
    await store.change([["drafts", draft], ["checklists", one.told], ["queue", undefined, one.client_id]]);
    location.hash = `#${one.checklist}`;
  };

  const reconnect = async () => {
    const session = await sync.session();
    isOnline = session !== null;
    if (session && session.account && session.account !== store.account) { location.reload(); return; }
    signedOut = Boolean(session && session.signedOut);
    other = false;
    if (isOnline && !signedOut) { await fetchWorkingSet(); await sync.run({ now: true }); }
    tellNetwork();
  };

  const leave = async () => {
    if (isOnline && !signedOut) await sync.run({ now: true });
    const waiting = (await store.unsent()).length;
    if (!window.confirm(waiting ? fill(words.clear_unsent, { count: waiting }) : words.clear_sure)) return;
    const session = await sync.session();
    const { account } = store;
    store.close();
    await storage.leave(account);
    if (session && session.token) await fetch(addresses.signOut, { method: "POST", headers: { "X-CSRFToken": session.token }, redirect: "manual" });
    location.assign(addresses.scope);
  };

  /* ---- one checklist */

  const one = async (id) => {
    const told = await store.get("checklists", id);
    const definition = told && (await store.form(told.form, told.version));
    if (!definition) { location.hash = ""; return; }
    const draft = (await store.get("drafts", id)) || { checklist: id, items: [], startedAt: new Date().toISOString(), photographs: [], told };
    const kept = make("p", { className: "quiet", role: "status" });
    const state = make("p", { className: "sheet-state", role: "status" });
    const place = make("div", { className: "sheet" });
    const save = async () => {
      draft.items = sheet.items();
      try { await store.put("drafts", draft); kept.textContent = `${words.kept} ${clock(Date.now())}`; } catch (error) { tellFull(error); }
    };
    view.replaceChildren(make("p", {}, make("a", { href: "#" }, words.back)), make("h1", {}, say(told.title)),
      make("p", { className: "lead" }, `${say(told.institution)}${told.due ? ` · ${fill(words.due, { day: told.due })}` : ""}`),
      definition.description ? make("p", {}, say(definition.description)) : "", place, state, kept,
      make("p", { className: "actions" }, make("button", { type: "button", className: "primary", "data-finish": true, onclick: () => finish(told, draft, state) }, words.finish)));
    sheet = new Sheet(place, definition, {
      language, words, sentences, on: today(), items: draft.items, changed: save,
      photographs: {
        async add(file) {
          if (draft.photographs.length >= limits.photographs_per_answer) throw new Error("too many");
          const made = await smaller(file, limits.photograph_edge_pixels);
          const photograph = { id: crypto.randomUUID(), name: file.name.replace(/\.[^.]*$/, "") + ".jpg", sha256: made.sha256, size: made.size };
          await store.put("photographs", { ...photograph, data: made.data, type: made.type });
          draft.photographs.push(photograph);
          return photograph;
        },
        async draw(photograph, canvas) {
          const found = await store.get("photographs", photograph);
          if (found) draw(found.data, found.type, canvas);
        },
        async remove(photograph) {
          draft.photographs = draft.photographs.filter((other) => other.id !== photograph);
          await store.remove("photographs", photograph);
        },
      },
    });
    window.scrollTo(0, 0);
  };

  const used = (items) => items.flatMap((item) => [...(item.answer || []).map((answer) => answer.valueAttachment && answer.valueAttachment.url), ...used(item.item || [])]).filter(Boolean);

  const finish = async (told, draft, state) => {
    const { items, faults } = sheet.finish();
    if (faults.length) { state.textContent = fill(words.faults, { count: faults.length }); return; }
    const named = new Set(used(items).map((url) => url.replace("urn:uuid:", "")));
    const answer = {
      client_id: crypto.randomUUID(), number: Date.now(), state: "waiting", checklist: told.id, form: told.form, version: told.version, title: told.title, told,
      items, photographs: draft.photographs.filter((photograph) => named.has(photograph.id)), startedAt: draft.startedAt, finishedAt: new Date().toISOString(),
    };
    const unused = draft.photographs.filter((photograph) => !named.has(photograph.id)).map(({ id }) => ["photographs", undefined, id]);
    try { await store.change([["queue", answer], ["drafts", undefined, told.id], ...unused]); } catch (error) { tellFull(error); return; }
    tellNews(words.finished);
    news.dataset.waits = "yes";
    location.hash = "";
    sync.run({ now: true });
  };

  const route = async () => {
    if (!store) return;
    const id = Number(location.hash.slice(1));
    if (id) await one(id);
    else await list();
    tellNetwork();
  };

  addEventListener("hashchange", route);
  addEventListener("online", reconnect);
  addEventListener("offline", () => { isOnline = false; tellNetwork(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden && sync && navigator.onLine) reconnect(); });
  boot();
})();
