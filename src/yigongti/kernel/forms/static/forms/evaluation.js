/* What follows from answers: which items are asked, what is calculated, what is wrong, what is a finding.

   The browser's side of kernel/forms (scopes.py, expressions.py, validation.py, findings.py): the same rules, held
   together by policy/cases/forms, which both run. Plain script: window.Forms.evaluate(definition, items, options).

     definition   the form as kernel/forms/definition.as_json gives it
     items        the `item` list of a FHIR QuestionnaireResponse
     options      { on: "2026-11-24", words: <words.json> }

   Sums are exact: fractions of BigInt, rounded half-up once. */
"use strict";
(() => {
  const VALUE_KEYS = {
    boolean: "valueBoolean", decimal: "valueDecimal", integer: "valueInteger", date: "valueDate",
    dateTime: "valueDateTime", time: "valueTime", string: "valueString", text: "valueString", choice: "valueCoding",
    "open-choice": "valueCoding", quantity: "valueQuantity", attachment: "valueAttachment", position: "valueUri",
  };
  const NUMBERS = ["decimal", "integer", "quantity"];
  const CHOICES = ["choice", "open-choice"];
  const MOST_DIGITS = 15;
  const PLAIN = /^-?\d{1,40}(\.\d{1,40})?$/;

  /* ---- exact numbers: [numerator, denominator], the denominator positive */

  const fraction = (text) => {
    const [whole, places = ""] = String(text).replace(/^[+]/, "").split(".");
    return [BigInt(whole + places), 10n ** BigInt(places.length)];
  };
  const plus = (a, b) => [a[0] * b[1] + b[0] * a[1], a[1] * b[1]];
  const minus = (a, b) => [a[0] * b[1] - b[0] * a[1], a[1] * b[1]];
  const times = (a, b) => [a[0] * b[0], a[1] * b[1]];
  const divided = (a, b) => (b[0] === 0n ? null : b[0] < 0n ? [-a[0] * b[1], -a[1] * b[0]] : [a[0] * b[1], a[1] * b[0]]);
  const compare = (a, b) => { const left = a[0] * b[1], right = b[0] * a[1]; return left < right ? -1 : left > right ? 1 : 0; };
  const ZERO = [0n, 1n];

  /* the text of the number, half-up (away from zero at the half) to so many decimals */
  const rounded = ([numerator, denominator], decimals) => {
    const size = numerator < 0n ? -numerator : numerator;
    const whole = (size * 10n ** BigInt(decimals) * 2n + denominator) / (denominator * 2n);
    const digits = whole.toString().padStart(decimals + 1, "0");
    const sign = numerator < 0n && whole > 0n ? "-" : "";
    return sign + (decimals ? `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}` : digits);
  };

  /* ---- the answers laid over the form */

  const insideOf = (items) => items.flatMap((item) => [item.id, ...insideOf(item.items || [])]);

  const scopeOf = (definitions, told, above, path) => {
    const scope = { filled: new Map(), inside: new Set(insideOf(definitions)), above, unknown: [] };
    const byId = new Map();
    for (const one of Array.isArray(told) ? told : []) {
      const link = one && typeof one === "object" ? String(one.linkId) : "None";
      byId.set(link, [...(byId.get(link) || []), one && typeof one === "object" ? one : {}]);
    }
    for (const item of definitions) {
      const given = byId.get(item.id) || [];
      byId.delete(item.id);
      const filled = { item, scope, path: path + item.id, answers: [], fillings: [], given: given.length };
      if (item.type === "group") {
        const all = given.length ? given : item.repeats ? [] : [{}];
        all.forEach((one, number) => {
          const inner = item.repeats ? `${filled.path}#${number}/` : `${filled.path}/`;
          filled.fillings.push(scopeOf(item.items || [], one.item, filled, inner));
        });
      } else
        for (const one of given)
          if (Array.isArray(one.answer)) filled.answers.push(...one.answer.filter((a) => a && typeof a === "object"));
      scope.filled.set(item.id, filled);
    }
    scope.unknown = [...byId.keys()].map((link) => path + link);
    return scope;
  };

  const every = (scope) => [...scope.filled.values()].flatMap((one) => [one, ...one.fillings.flatMap(every)]);

  /* what an answer says: a fraction, a text, true or false; null when it does not fit */
  const valueOf = (answer, type) => {
    if (type === "open-choice" && "valueString" in answer) return String(answer.valueString);
    const value = answer[VALUE_KEYS[type]];
    if (NUMBERS.includes(type)) {
      const number = type === "quantity" ? value && value.value : value;
      return typeof number === "number" && PLAIN.test(String(number)) ? fraction(number) : null;
    }
    if (CHOICES.includes(type)) return value && value.code ? String(value.code) : null;
    if (type === "boolean") return typeof value === "boolean" ? value : null;
    if (type === "attachment") return value && typeof value === "object" ? value : null;
    return typeof value === "string" && value.trim() ? value : null;
  };

  const same = (value, wanted) => (Array.isArray(value) ? Array.isArray(wanted) && compare(value, wanted) === 0 : value === wanted);

  class Evaluation {
    constructor(definition, items, { on, words = {} }) {
      this.definition = definition;
      this.on = on;
      this.words = words;
      this.root = scopeOf(definition.items, items, null, "");
      this.byId = new Map();
      const note = (list) => list.forEach((item) => { this.byId.set(item.id, item); note(item.items || []); });
      note(definition.items);
      this.enabledAt = new Map();
      this.numberAt = new Map();
    }

    every() { return every(this.root); }

    enabled(filled) {
      if (!this.enabledAt.has(filled.path)) {
        const above = filled.scope.above;
        this.enabledAt.set(filled.path, (!above || this.enabled(above)) && this.holds(filled.item.enable, filled.scope));
      }
      return this.enabledAt.get(filled.path);
    }

    holds(when, scope) {
      if (!when) return true;
      const told = when.conditions.map((condition) => this.met(condition, scope));
      return when.behavior === "all" ? told.every(Boolean) : told.some(Boolean);
    }

    /* the calculated value as text ("12.50"); null when it is not there */
    textOf(filled) {
      if (!this.numberAt.has(filled.path)) {
        let value = null;
        if (filled.item.calculated && this.enabled(filled)) value = this.calculated(filled.item.calculated, filled.scope);
        const decimals = filled.item.type === "decimal" ? filled.item.decimals : 0;
        this.numberAt.set(filled.path, value === null ? null : rounded(value, decimals));
      }
      return this.numberAt.get(filled.path);
    }

    valuesOf(filled) {
      if (!this.enabled(filled)) return [];
      if (filled.item.calculated) {
        const text = this.textOf(filled);
        return text === null ? [] : [fraction(text)];
      }
      return filled.answers.map((answer) => valueOf(answer, filled.item.type)).filter((value) => value !== null);
    }

    found(name, scope) {
      let place = scope;
      while (place && !place.inside.has(name)) place = place.above ? place.above.scope : null;
      return place ? every(place).filter((filled) => filled.item.id === name) : [];
    }

    valuesFor(name, scope) { return this.found(name, scope).flatMap((filled) => this.valuesOf(filled)); }

    met({ item, operator, answer }, scope) {
      const values = this.valuesFor(item, scope);
      if (operator === "exists") return values.length > 0 === (answer === "yes");
      const type = this.byId.get(item).type;
      const wanted = NUMBERS.includes(type) ? fraction(answer) : type === "boolean" ? answer === "true" : answer;
      if (operator === "!=") return values.every((value) => !same(value, wanted));
      if (operator === "=") return values.some((value) => same(value, wanted));
      const order = (value) => (Array.isArray(value) ? compare(value, wanted) : value < wanted ? -1 : value > wanted ? 1 : 0);
      const test = { ">": (n) => n > 0, "<": (n) => n < 0, ">=": (n) => n >= 0, "<=": (n) => n <= 0 }[operator];
      return values.some((value) => test(order(value)));
    }

    calculated(expression, scope) {
      const { operator, items = [], parts = [] } = expression;
      if (["score", "best_score", "answered", "count"].includes(operator)) return this.over(expression, scope);
      if (operator === "number") return fraction(expression.number);
      const numbers = (name) => this.valuesFor(name, scope).filter(Array.isArray);
      if (operator === "value") { const given = numbers(items[0]); return given.length ? given.reduce(plus, ZERO) : null; }
      if (operator === "weighted") {
        const weighed = expression.weights.flatMap(([name, weight]) => numbers(name).map((n) => times(fraction(weight), n)));
        return weighed.length ? weighed.reduce(plus, ZERO) : null;
      }
      const told = parts.map((part) => this.calculated(part, scope));
      const there = told.filter((part) => part !== null);
      if (["sum", "least", "most"].includes(operator)) {
        if (!there.length) return null;
        if (operator === "sum") return there.reduce(plus, ZERO);
        return there.reduce((a, b) => (compare(a, b) < 0 === (operator === "least") ? a : b));
      }
      if (there.length < told.length) return null;
      if (operator === "times") return there.reduce(times, [1n, 1n]);
      return operator === "minus" ? minus(there[0], there[1]) : divided(there[0], there[1]);
    }

    over({ operator, items, code }, scope) {
      let total = ZERO;
      const seen = new Set();
      for (const name of items)
        for (const outer of this.found(name, scope))
          for (const filled of outer.item.type === "group" ? outer.fillings.flatMap(every) : [outer])
            if (!seen.has(filled.path) && filled.item.type !== "group" && !filled.item.calculated) {
              seen.add(filled.path);
              total = plus(total, this.counted(operator, filled, code));
            }
      return total;
    }

    counted(operator, filled, code) {
      const counts = operator === "answered" ? filled.item.type !== "display" : (filled.item.options || []).length > 0;
      if (!counts || !this.enabled(filled)) return ZERO;
      const values = this.valuesOf(filled);
      if (operator === "answered") return values.length ? [1n, 1n] : ZERO;
      if (operator === "count") return [BigInt(values.filter((value) => value === code).length), 1n];
      const scores = new Map((filled.item.options || []).map((option) => [option.code, option.score === null ? null : fraction(option.score)]));
      if (operator === "score") return values.map((value) => scores.get(value) || ZERO).reduce(plus, ZERO);
      const there = [...scores.values()].filter((score) => score !== null);
      if (!there.length || values.some((value) => scores.has(value) && scores.get(value) === null)) return ZERO;
      if (filled.item.repeats) return there.filter((score) => score[0] > 0n).reduce(plus, ZERO);
      return there.reduce((a, b) => (compare(a, b) < 0 ? b : a));
    }

    /* ---- faults, each at its field: { path, code, zh, en } */

    said(code, values = {}) {
      const text = (language) => {
        let sentence = (this.words[code] || {})[language] || code;
        for (const [name, value] of Object.entries(values))
          sentence = sentence.replaceAll(`{${name}}`, value && typeof value === "object" ? value[language] : String(value));
        return sentence;
      };
      return { code, zh: text("zh"), en: text("en") };
    }

    faults() {
      const found = [];
      const at = (path, fault) => found.push({ path, ...fault });
      const unknown = (scope) => scope.unknown.forEach((path) => at(path, this.said("unknown")));
      unknown(this.root);
      for (const filled of this.every()) {
        const { item } = filled;
        if (item.type === "display" || item.calculated) continue;
        const count = item.type === "group" ? filled.given : filled.answers.length;
        if (!this.enabled(filled)) {
          if (count) at(filled.path, this.said("not_asked"));
          continue;
        }
        if (item.type !== "group" && item.required && !count) at(filled.path, this.said("required"));
        else if (item.repeats && count < (item.minCount || 0)) at(filled.path, this.said("too_few", { least: item.minCount }));
        if (count > item.maxCount) at(filled.path, this.said("too_many", { most: item.maxCount }));
        if (item.type === "group") filled.fillings.forEach(unknown);
        else this.answerFaults(filled, at);
      }
      return found;
    }

    answerFaults(filled, at) {
      const seen = new Set();
      for (const answer of filled.answers) {
        const fault = this.faultOf(filled.item, answer);
        if (fault) return at(filled.path, fault);
        if (CHOICES.includes(filled.item.type)) {
          const value = valueOf(answer, filled.item.type);
          if (seen.has(value)) return at(filled.path, this.said("option_twice"));
          seen.add(value);
        }
      }
    }

    ofType(item) { return this.said("type", { kind: this.words[`kind_${item.type}`] || item.type }); }

    faultOf(item, answer) {
      const keys = Object.keys(answer).filter((key) => key.startsWith("value"));
      const allowed = [VALUE_KEYS[item.type], ...(item.type === "open-choice" ? ["valueString"] : [])];
      if (keys.length !== 1 || !allowed.includes(keys[0])) return this.ofType(item);
      const value = valueOf(answer, item.type);
      if (value === null) return this.ofType(item);
      if (NUMBERS.includes(item.type)) return this.numberFault(item, answer, value);
      if (CHOICES.includes(item.type) && keys[0] === "valueCoding")
        return item.options.some((option) => option.code === value) ? null : this.said("option");
      if (["string", "text", "open-choice"].includes(item.type)) return this.textFault(item, value);
      if (["date", "dateTime", "time"].includes(item.type)) return this.dayFault(item, value);
      if (item.type === "position") return this.positionFault(value);
      return null;
    }

    numberFault(item, answer, value) {
      const told = answer[VALUE_KEYS[item.type]];
      const written = String(item.type === "quantity" ? told.value : told);
      const places = written.split(".")[1] || "";
      if (item.type === "integer" && places.replace(/0+$/, "")) return this.ofType(item);
      if (written.replace("-", "").replace(".", "").replace(/^0+/, "").length > MOST_DIGITS) return this.said("digits");
      if (item.type !== "integer" && places.replace(/0+$/, "").length > item.decimals)
        return this.said("decimals", { decimals: item.decimals });
      if (item.low && compare(value, fraction(item.low)) < 0) return this.said("too_low", { low: item.low });
      if (item.high && compare(value, fraction(item.high)) > 0) return this.said("too_high", { high: item.high });
      if (item.type === "quantity" && !item.units.some((unit) => unit.code === told.code)) {
        const listed = (language, between) => item.units.map((unit) => unit.text[language]).join(between);
        return this.said("unit", { units: { zh: listed("zh", "、"), en: listed("en", ", ") } });
      }
      return null;
    }

    textFault(item, value) {
      if ([...value].length > item.maxLength) return this.said("length", { length: item.maxLength });
      if (item.pattern && !new RegExp(`^(?:${item.pattern})$`, "u").test(value))
        return this.said("pattern", { pattern: item.patternWords });
      return null;
    }

    dayFault(item, value) {
      const forms = {
        date: /^\d{4}-\d{2}-\d{2}$/,
        dateTime: /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/,
        time: /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/,
      };
      if (!forms[item.type].test(value)) return this.ofType(item);
      if (item.type !== "time" && (!isDay(value.slice(0, 10)) || (item.type === "dateTime" && !isClock(value)))) return this.ofType(item);
      const compared = item.type === "dateTime" ? value.slice(0, 10) : item.type === "time" ? value.slice(0, 5) : value;
      const low = bound(item.low || "", this.on), high = bound(item.high || "", this.on);
      if (low && compared < low) return this.said("too_early", { low });
      if (high && compared > high) return this.said("too_late", { high });
      return null;
    }

    positionFault(value) {
      const found = /^geo:(-?\d{1,2}(?:\.\d{1,7})?),(-?\d{1,3}(?:\.\d{1,7})?)(?:;u=\d{1,6}(?:\.\d+)?)?$/.exec(value);
      return found && Math.abs(Number(found[1])) <= 90 && Math.abs(Number(found[2])) <= 180 ? null : this.said("position");
    }

    findings() {
      return this.every()
        .filter((filled) => filled.item.finding && this.enabled(filled) && this.holds(filled.item.finding.when, filled.scope))
        .map((filled) => ({ path: filled.path, ...filled.item.finding }));
    }

    /* the answers as they are sent: without what is not asked, without what is empty; calculated values are the server's */
    pruned(scope = this.root) {
      const found = [];
      for (const filled of scope.filled.values()) {
        const { item } = filled;
        if (item.type === "display" || item.calculated || !this.enabled(filled)) continue;
        if (item.type === "group")
          for (const filling of filled.fillings) {
            const inner = this.pruned(filling);
            if (inner.length || item.repeats) found.push({ linkId: item.id, item: inner });
          }
        else if (filled.answers.length) found.push({ linkId: item.id, answer: filled.answers });
      }
      return found;
    }
  }

  const isDay = (text) => {
    const [year, month, day] = text.split("-").map(Number);
    const made = new Date(Date.UTC(year, month - 1, day));
    return year > 0 && made.getUTCMonth() === month - 1 && made.getUTCDate() === day;
  };
  const isClock = (text) => {
    const [hour, minute, second = 0] = /T(\d{2}):(\d{2})(?::(\d{2}))?/.exec(text).slice(1).map((part) => Number(part || 0));
    const zone = /[+-](\d{2}):(\d{2})$/.exec(text);
    return hour < 24 && minute < 60 && second < 60 && (!zone || (Number(zone[1]) < 24 && Number(zone[2]) < 60));
  };

  /* a bound of days as a day: "today-30" seen from the day */
  const bound = (told, on) => {
    const found = /^today(?:([+-])(\d{1,5}))?$/.exec(told);
    if (!found) return told;
    const made = new Date(`${on}T00:00:00Z`);
    made.setUTCDate(made.getUTCDate() + (found[1] === "-" ? -1 : 1) * Number(found[2] || 0));
    return made.toISOString().slice(0, 10);
  };

  const evaluate = (definition, items, options) => new Evaluation(definition, items, options);
  globalThis.Forms = Object.assign(globalThis.Forms || {}, { evaluate, bound, VALUE_KEYS, NUMBERS, CHOICES });
})();
