import fc from 'fast-check';
import { escapeKey, mapFactKeys, unescapeKey } from '../../../src/adapters/mongodb/keys.ts';

/** Any text, with what MongoDB and the escape itself treat specially far more often than by chance. */
const key = fc
  .array(
    fc.oneof(fc.constantFrom('.', '$', '%', '\0', '2E', '%2E', '%24', '%25', '%00', ''), fc.string({ unit: 'binary' })),
  )
  .map((parts) => parts.join(''));

describe('a natural key as a field name', () => {
  it('is found again as it was', () => {
    fc.assert(
      fc.property(key, (id) => expect(unescapeKey(escapeKey(id))).toBe(id)),
      { numRuns: 2_000 },
    );
  });

  it('never reads as a path, an operator or nothing', () => {
    fc.assert(
      fc.property(key, (id) => expect(escapeKey(id)).toMatch(/^[^.$\0]+$/s)),
      { numRuns: 2_000 },
    );
  });

  it('differs from that of any other key', () => {
    const pair = fc.tuple(key, key).filter(([a, b]) => a !== b);
    fc.assert(
      fc.property(pair, ([a, b]) => expect(escapeKey(a)).not.toBe(escapeKey(b))),
      { numRuns: 2_000 },
    );
  });

  it('stays readable where it can', () => {
    expect(escapeKey('order-1')).toBe('order-1');
    expect(escapeKey('a.b')).toBe('a%2Eb');
  });
});

describe('facts', () => {
  it('come back as they were, maps renamed and everything else untouched', () => {
    const entries = fc.dictionary(key, fc.nat());
    const facts = fc.record({
      orders: entries,
      party: fc.constant(null),
      list: fc.array(fc.string()),
      orderCount: fc.nat(),
    });
    fc.assert(
      fc.property(facts, (some) => {
        const stored = mapFactKeys(some, escapeKey);
        expect(stored.list).toBe(some.list);
        expect(mapFactKeys(stored, unescapeKey)).toEqual(some);
      }),
    );
  });

  it('keep a key that names the prototype', () => {
    const facts = { orders: Object.fromEntries([['__proto__', 1]]) };
    const stored = mapFactKeys(facts, escapeKey);
    expect(Object.keys(stored.orders)).toEqual(['__proto__']);
    expect(Object.keys(mapFactKeys(stored, unescapeKey).orders)).toEqual(['__proto__']);
  });
});
