/** A member whose clock is wrong by CLOCK_SKEW_MS. Imported before anything else of it. */
const skewMs = Number(process.env['CLOCK_SKEW_MS'] ?? 0);

if (skewMs !== 0) {
  const { now } = Date;
  const skewed = (): number => now() + skewMs;
  globalThis.Date = new Proxy(Date, {
    construct: (target, said: unknown[]) => Reflect.construct(target, said.length === 0 ? [skewed()] : said) as Date,
    get: (target, name, receiver) => (name === 'now' ? skewed : (Reflect.get(target, name, receiver) as unknown)),
  });
}
