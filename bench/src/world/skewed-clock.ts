/** Loaded before a process: its clock is an hour ahead of everybody else's. */
const hour = 3_600_000;
const realNow = Date.now.bind(Date);
const skewedNow = (): number => realNow() + hour;

globalThis.Date = new Proxy(Date, {
  get: (target, name, receiver): unknown => (name === 'now' ? skewedNow : Reflect.get(target, name, receiver)),
  construct: (target, given, maker): object =>
    Reflect.construct(target, given.length === 0 ? [skewedNow()] : given, maker),
});
