/* A form on the screen: one column, a field for each item, help beside it, the error at it, everything by keyboard.

   new Forms.Sheet(element, definition, { language, words, sentences, on, photographs, locate, readOnly, changed })

     items        the answers to begin with (the `item` list of a QuestionnaireResponse)
     photographs  { add(file) → { id, name, sha256, size }, draw(id, canvas), remove(id) }
     changed()    called after every change; sheet.items() are the answers, sheet.evaluation() what follows from them

   The answers are kept as a tree of scopes like that of evaluation.js; the fields are drawn from it and write into it. */
"use strict";
(() => {
  const { evaluate, bound, VALUE_KEYS, NUMBERS } = globalThis.Forms;
  const MOST_RADIOS = 6;

  const make = (name, attributes = {}, ...children) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (value === false || value === null || value === undefined) continue;
      if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
      else if (key in element && key !== "list" && key !== "form") element[key] = value;
      else element.setAttribute(key, value === true ? "" : value);
    }
    element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
    return element;
  };

  /* ---- answers: a scope is { linkId: [answers] for an item, [scopes] for a group } */

  const scopeOf = (definitions, items = []) => {
    const scope = {};
    for (const item of definitions) {
      const given = items.filter((one) => one.linkId === item.id);
      if (item.type === "group") {
        const fillings = given.map((one) => scopeOf(item.items || [], one.item));
        while (fillings.length < (item.repeats ? item.minCount || 0 : 1)) fillings.push(scopeOf(item.items || []));
        scope[item.id] = fillings;
      } else if (item.type !== "display" && !item.calculated)
        scope[item.id] = given.flatMap((one) => structuredClone(one.answer || []));
    }
    return scope;
  };

  const itemsOf = (definitions, scope) =>
    definitions.flatMap((item) => {
      const held = scope[item.id] || [];
      if (item.type === "group") return held.map((filling) => ({ linkId: item.id, item: itemsOf(item.items || [], filling) }));
      return held.length ? [{ linkId: item.id, answer: held }] : [];
    });

  class Sheet {
    constructor(element, definition, options) {
      const { items: given = [], ...rest } = options;
      Object.assign(this, { element, definition, language: "zh", words: {}, sentences: {}, changed() {}, ...rest });
      this.scope = scopeOf(definition.items, given);
      this.touched = new Set();
      this.showAll = false;
      this.draw();
    }

    say(text) { return text ? text[this.language] || text.zh : ""; }
    items() { return itemsOf(this.definition.items, this.scope); }
    evaluation() { return evaluate(this.definition, this.items(), { on: this.on, words: this.sentences }); }

    /* the answers as they are sent, and their faults; shows the faults and goes to the first */
    finish() {
      const items = this.evaluation().pruned();
      const faults = evaluate(this.definition, items, { on: this.on, words: this.sentences }).faults();
      this.showAll = true;
      this.refresh();
      const first = faults.length && this.fieldAt(faults[0].path);
      if (first) {
        first.scrollIntoView({ block: "center" });
        const control = first.querySelector("input, select, textarea, button");
        if (control) control.focus({ preventScroll: true });
      }
      return { items, faults };
    }

    fieldAt(path) { return this.element.querySelector(`[data-path="${CSS.escape(path)}"]`); }

    draw(focus = "") {
      this.number = 0;
      this.element.replaceChildren(...this.drawn(this.definition.items, this.scope, "", 2));
      this.refresh();
      if (focus) {
        const control = this.fieldAt(focus)?.querySelector("input, select, textarea, button");
        if (control) control.focus();
      }
    }

    drawn(definitions, scope, path, level) {
      return definitions.flatMap((item) => (item.type === "group" ? this.group(item, scope, path, level) : [this.field(item, scope, path)]));
    }

    group(item, scope, path, level) {
      const place = path + item.id;
      const fillings = scope[item.id];
      const heading = (number) => make(`h${level}`, {}, this.say(item.text) + (number === null ? "" : ` ${number + 1}`));
      const help = item.help ? [make("p", { className: "help" }, this.say(item.help))] : [];
      const drawn = fillings.map((filling, number) => {
        const inner = item.repeats ? `${place}#${number}/` : `${place}/`;
        const remove = item.repeats && !this.readOnly && fillings.length > (item.minCount || 0) &&
          make("button", { type: "button", className: "remove", onclick: () => this.repeat(item, scope, place, number) }, `${this.words.remove} ${this.say(item.text)} ${number + 1}`);
        return make("section", { className: "filling" }, heading(item.repeats ? number : null), ...help,
          ...this.drawn(item.items || [], filling, inner, Math.min(level + 1, 6)), remove);
      });
      const add = item.repeats && !this.readOnly && fillings.length < item.maxCount &&
        make("button", { type: "button", className: "add", onclick: () => this.repeat(item, scope, place) }, `${this.words.add}: ${this.say(item.text)}`);
      const empty = item.repeats && !fillings.length ? heading(null) : null;
      return [make("div", { className: "group", "data-path": place }, empty, ...drawn, add, make("p", { className: "field-error", id: this.id(place, "error"), hidden: true }))];
    }

    repeat(item, scope, place, remove = null) {
      if (remove === null) scope[item.id].push(scopeOf(item.items || []));
      else scope[item.id].splice(remove, 1);
      this.touched.add(place);
      this.draw(remove === null ? `${place}#${scope[item.id].length - 1}/${item.items[0].id}` : place);
      this.changed();
    }

    id(path, part) { return `f-${path.replace(/[^a-z0-9_]/gi, "-")}-${part}`; }

    field(item, scope, path) {
      const place = path + item.id;
      if (item.type === "display") return make("p", { className: "display", "data-path": place }, this.say(item.text));
      const told = { item, scope, place, id: this.id(place, "control"), helpId: this.id(place, "help"), errorId: this.id(place, "error") };
      const mark = item.required && !this.readOnly ? make("span", { className: "required" }, ` ${this.words.required}`) : null;
      const unit = item.units && item.units.length === 1 ? ` (${this.say(item.units[0].text)})` : "";
      const label = [this.say(item.text) + unit, mark].filter(Boolean);
      const help = item.help && make("p", { className: "help", id: told.helpId }, this.say(item.help));
      const error = make("p", { className: "field-error", id: told.errorId, hidden: true });
      const found = item.finding && make("p", { className: "finding", hidden: true, "data-finding": true },
        `${this.say(item.finding.sentence)} — ${this.words[`severity_${item.finding.severity}`] || ""} · ${(this.words.finding || "").replace("{days}", item.finding.days)}`);
      const many = ["boolean", "attachment", "position"].includes(item.type) || (this.isChoice(item) && this.asRadios(item));
      const body = item.calculated ? make("output", { id: told.id, className: "calculated" }) : this.control(told);
      const head = many ? make("legend", {}, ...label) : make("label", { htmlFor: told.id }, ...label);
      return make(many ? "fieldset" : "div", { className: "field", "data-path": place, "data-type": item.type }, head, help, body, found, error);
    }

    isChoice(item) { return item.type === "choice" || item.type === "open-choice"; }
    asRadios(item) { return item.repeats || item.options.length <= MOST_RADIOS; }

    control(told) {
      const { item } = told;
      if (item.type === "boolean") return this.chosen(told, [["true", this.words.yes], ["false", this.words.no]], false);
      if (this.isChoice(item)) {
        const options = item.options.map((option) => [option.code, this.say(option.text)]);
        return this.asRadios(item) ? this.chosen(told, options, item.repeats) : this.selected(told, options);
      }
      if (item.type === "attachment") return this.pictures(told);
      if (item.type === "position") return this.position(told);
      if (item.type === "quantity") return this.quantity(told);
      return this.typed(told);
    }

    describedBy(told) { return [told.item.help && told.helpId, told.errorId].filter(Boolean).join(" "); }

    put(told, answers) {
      told.scope[told.item.id] = answers;
      this.touched.add(told.place);
      this.refresh();
      this.changed();
    }

    chosen(told, options, many) {
      const { item, scope } = told;
      const held = () => scope[item.id].map((answer) => (item.type === "boolean" ? String(answer.valueBoolean) : answer.valueCoding && answer.valueCoding.code));
      const name = this.id(told.place, `choice-${++this.number}`);
      const answerOf = (code) => (item.type === "boolean" ? { valueBoolean: code === "true" } : { valueCoding: { code } });
      const boxes = options.map(([code, text], number) => make("label", { className: "option" },
        make("input", {
          type: many ? "checkbox" : "radio", name, value: code, id: number ? `${told.id}-${number}` : told.id, checked: held().includes(code), disabled: this.readOnly,
          "aria-describedby": this.describedBy(told),
          onchange: (event) => {
            const others = many ? scope[item.id].filter((answer) => !(answer.valueCoding && answer.valueCoding.code === code)) : [];
            this.put(told, event.target.checked ? [...others, answerOf(code)] : others);
          },
        }), make("span", {}, text)));
      const own = item.type === "open-choice" && this.own(told, many, boxes);
      return make("div", { className: "options" }, ...boxes, own);
    }

    /* the answer in one's own words, beside the options */
    own(told, many, boxes) {
      const { item, scope } = told;
      const written = scope[item.id].find((answer) => "valueString" in answer);
      return make("label", { className: "own" }, this.words.other, make("input", {
        type: "text", value: written ? written.valueString : "", maxLength: item.maxLength, disabled: this.readOnly,
        onchange: (event) => {
          const text = event.target.value.trim();
          if (!many) boxes.forEach((box) => { box.firstChild.checked = false; });
          const others = many ? scope[item.id].filter((answer) => !("valueString" in answer)) : [];
          this.put(told, text ? [...others, { valueString: text }] : others);
        },
      }));
    }

    selected(told, options) {
      const { item, scope } = told;
      const held = scope[item.id][0] && scope[item.id][0].valueCoding && scope[item.id][0].valueCoding.code;
      return make("select", {
        id: told.id, disabled: this.readOnly, "aria-describedby": this.describedBy(told),
        onchange: (event) => this.put(told, event.target.value ? [{ valueCoding: { code: event.target.value } }] : []),
      }, make("option", { value: "" }, this.words.choose), ...options.map(([code, text]) => make("option", { value: code, selected: code === held }, text)));
    }

    /* numbers are typed as text with a number pad: a browser's own number field hides what it does not understand */
    typed(told) {
      const { item, scope } = told;
      const held = scope[item.id][0];
      const value = held ? Object.values(held)[0] : "";
      const attributes = {
        id: told.id, readOnly: this.readOnly, "aria-describedby": this.describedBy(told), "aria-required": item.required ? "true" : null, autocomplete: "off",
        oninput: (event) => this.write(told, event.target.value, false),
        onchange: (event) => this.write(told, event.target.value, true),
      };
      if (item.type === "text") return make("textarea", { ...attributes, rows: 3, value, maxLength: item.maxLength || 2000 });
      const kind = { date: "date", time: "time", dateTime: "datetime-local" }[item.type] || "text";
      const pad = { decimal: "decimal", integer: "numeric" }[item.type];
      const bounds = item.type === "date" ? { min: bound(item.low || "", this.on), max: bound(item.high || "", this.on) } : {};
      const shown = item.type === "dateTime" && value ? localMoment(value) : String(value);
      return make("input", { ...attributes, ...bounds, type: kind, inputmode: pad, maxLength: item.type === "string" ? item.maxLength || 200 : undefined, value: shown });
    }

    write(told, text, done) {
      const { item } = told;
      const trimmed = text.trim();
      if (!done && !this.touched.has(told.place) && NUMBERS.includes(item.type)) { told.scope[item.id] = answersOf(item, trimmed); this.refresh(); return; }
      this.put(told, answersOf(item, item.type === "text" ? text : trimmed));
    }

    quantity(told) {
      const { item, scope } = told;
      const held = (scope[item.id][0] || {}).valueQuantity || {};
      const unit = item.units.length > 1 && make("select", { "aria-label": this.say(item.text), disabled: this.readOnly, onchange: () => write(true) },
        ...item.units.map((one) => make("option", { value: one.code, selected: one.code === held.code }, this.say(one.text))));
      const number = make("input", {
        id: told.id, type: "text", inputmode: "decimal", autocomplete: "off", value: held.value === undefined ? "" : String(held.value), readOnly: this.readOnly,
        "aria-describedby": this.describedBy(told), oninput: () => write(false), onchange: () => write(true),
      });
      const write = (done) => {
        const value = numberOf(number.value.trim());
        const answers = number.value.trim() ? [{ valueQuantity: { value, code: unit ? unit.value : item.units[0].code } }] : [];
        if (done || this.touched.has(told.place)) this.put(told, answers);
        else { scope[item.id] = answers; this.refresh(); }
      };
      return make("div", { className: "with-unit" }, number, unit);
    }

    position(told) {
      const { item, scope } = told;
      const text = make("output", { className: "taken" }, this.saidPosition(scope[item.id][0]));
      const button = make("button", { type: "button", id: told.id, disabled: this.readOnly, "aria-describedby": this.describedBy(told) }, this.words.take_position);
      button.addEventListener("click", async () => {
        button.disabled = true;
        try {
          const uri = await this.locate();
          this.put(told, [{ valueUri: uri }]);
          text.value = this.saidPosition(scope[item.id][0]);
        } catch { text.value = this.words.position_refused; }
        button.disabled = false;
      });
      return make("div", { className: "options" }, this.readOnly ? null : button, text);
    }

    saidPosition(answer) { return answer ? answer.valueUri.replace(/^geo:/, "").replace(/;u=(.*)/, " ±$1 m") : ""; }

    locate() {
      return new Promise((done, failed) => {
        if (!navigator.geolocation) return failed(new Error("no geolocation"));
        navigator.geolocation.getCurrentPosition(({ coords }) => {
          const places = (value) => value.toFixed(5);
          done(`geo:${places(coords.latitude)},${places(coords.longitude)};u=${Math.round(coords.accuracy)}`);
        }, failed, { enableHighAccuracy: true, timeout: 20000, maximumAge: 60000 });
      });
    }

    pictures(told) {
      const { item, scope } = told;
      const box = make("div", { className: "pictures" });
      const input = make("input", { type: "file", accept: "image/*", multiple: item.maxCount > 1, id: told.id, disabled: this.readOnly, "aria-describedby": this.describedBy(told) });
      const said = make("p", { className: "help", role: "status" }, this.readOnly ? "" : this.words.photograph_help || "");
      const draw = () => {
        box.replaceChildren(...scope[item.id].map((answer, number) => {
          const canvas = make("canvas", { width: 120, height: 90, role: "img", "aria-label": answer.valueAttachment.title || `${number + 1}` });
          const id = (answer.valueAttachment.url || "").replace("urn:uuid:", "");
          if (this.photographs) this.photographs.draw(id, canvas);
          return make("figure", {}, canvas, this.readOnly ? null : make("button", { type: "button", onclick: () => {
            if (this.photographs) this.photographs.remove(id);
            this.put(told, scope[item.id].filter((one) => one !== answer));
            draw();
          } }, `${this.words.remove} ${number + 1}`));
        }));
        input.hidden = this.readOnly || scope[item.id].length >= item.maxCount;
      };
      input.addEventListener("change", async () => {
        const files = [...input.files].slice(0, item.maxCount - scope[item.id].length);
        said.textContent = this.words.photograph_help || "";
        for (const file of files) {
          try {
            const kept = await this.photographs.add(file);
            this.put(told, [...scope[item.id], { valueAttachment: { contentType: "image/jpeg", title: kept.name, size: kept.size, url: `urn:uuid:${kept.id}` } }]);
          } catch (error) {
            said.textContent = error.name === "QuotaExceededError" ? this.words.storage_full || String(error) : this.words.photograph_not_read;
          }
        }
        input.value = "";
        draw();
      });
      draw();
      return make("div", {}, box, this.readOnly ? null : make("span", { className: "take", title: this.words.photograph_help || "" }, this.words.take_photograph), input, said);
    }

    /* what follows from the answers: what is asked, what is calculated, what is wrong, what is a finding */
    refresh() {
      const found = this.evaluation();
      const faults = new Map(found.faults().map((fault) => [fault.path, fault]));
      const findings = new Set(found.findings().map((finding) => finding.path));
      for (const filled of found.every()) {
        const field = this.fieldAt(filled.path);
        if (!field) continue;
        field.hidden = !found.enabled(filled);
        if (filled.item.calculated) this.showCalculated(field, found.textOf(filled), filled.item);
        const finding = field.querySelector(":scope > [data-finding]");
        if (finding) finding.hidden = !findings.has(filled.path);
        const fault = faults.get(filled.path);
        const shown = fault && (this.showAll || this.touched.has(filled.path)) && !field.hidden ? this.say(fault) : "";
        const error = field.querySelector(":scope > .field-error");
        if (error) { error.textContent = shown; error.hidden = !shown; }
        for (const control of filled.item.type === "group" ? [] : field.querySelectorAll("input, select, textarea"))
          if (shown) control.setAttribute("aria-invalid", "true");
          else control.removeAttribute("aria-invalid");
      }
      this.faults = [...faults.values()].filter((fault) => fault.code !== "not_asked");
    }

    showCalculated(field, text, item) {
      field.querySelector("output").value = text === null ? "–" : `${text}${item.units && item.units.length ? ` ${this.say(item.units[0].text)}` : ""}`;
    }
  }

  /* a number as it is sent; what is no number is sent as it is, so that the fault is told at the field */
  const numberOf = (text) => {
    const plain = text.replace(/[０-９．－]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0)).replace("。", ".").replace(/,(?=\d{3})/g, "");
    return /^[+-]?\d+(\.\d+)?$/.test(plain) ? Number(plain) : text;
  };
  const answersOf = (item, text) => {
    if (!text) return [];
    if (NUMBERS.includes(item.type)) return [{ [VALUE_KEYS[item.type]]: numberOf(text) }];
    if (item.type === "dateTime") return [{ valueDateTime: withZone(text) }];
    return [{ [VALUE_KEYS[item.type]]: text }];
  };
  const withZone = (text) => {
    const minutes = -new Date(text).getTimezoneOffset();
    const two = (number) => String(Math.trunc(Math.abs(number))).padStart(2, "0");
    return `${text.length === 16 ? `${text}:00` : text}${minutes < 0 ? "-" : "+"}${two(minutes / 60)}:${two(minutes % 60)}`;
  };
  const localMoment = (text) => {
    const moment = new Date(text);
    return new Date(moment.getTime() - moment.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
  };

  Object.assign(globalThis.Forms, { Sheet, make });
})();
