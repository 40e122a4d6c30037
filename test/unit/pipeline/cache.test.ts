import { emptyFacts } from '../../../src/domain/facts.ts';
import { createProfileCache } from '../../../src/pipeline/cache.ts';
import type { ProfileDocument } from '../../../src/pipeline/document.ts';

const document = (customerId: string, version = 1): ProfileDocument => ({
  _id: customerId,
  version,
  epoch: 1,
  marker: null,
  previousVersion: 0,
  pending: null,
  audiences: {},
  links: null,
  facts: emptyFacts,
  profile: null,
});

describe('the cache of documents', () => {
  it('finds what was put in, the latest of it, in its own task only', () => {
    const cache = createProfileCache(1_000_000);
    cache.set(1, document('a', 1), []);
    cache.set(1, document('a', 2), []);
    expect(cache.get(1, 'a')?.version).toBe(2);
    expect(cache.get(2, 'a')).toBeUndefined();
    expect(cache.get(1, 'b')).toBeUndefined();
  });

  it('never mistakes one task’s customer for another’s, whatever the ids look like', () => {
    const cache = createProfileCache(1_000_000);
    cache.set(1, document('0.a'), []);
    expect(cache.get(1, 'a')).toBeUndefined();
    cache.drop(1);
    cache.set(1, document('x'), []);
    expect(cache.get(11, 'x')).toBeUndefined();
    expect(cache.get(1, '1.x')).toBeUndefined();
  });

  it('never finds again what a task dropped, however often it drops, and leaves other tasks alone', () => {
    const cache = createProfileCache(1_000_000);
    cache.set(1, document('a'), []);
    cache.set(2, document('b'), []);
    for (let drops = 0; drops < 3; drops += 1) {
      cache.drop(1);
      expect(cache.get(1, 'a')).toBeUndefined();
    }
    expect(cache.get(2, 'b')).toBeDefined();
    cache.set(1, document('a', 9), []);
    expect(cache.get(1, 'a')?.version).toBe(9);
  });

  it('stays within its bound, and keeps what was used last', () => {
    const cache = createProfileCache(20_000);
    for (let customer = 0; customer < 1_000; customer += 1) {
      cache.set(1, document(`customer-${customer}`), []);
      expect(cache.bytes).toBeLessThanOrEqual(20_000);
    }
    expect(cache.get(1, 'customer-999')).toBeDefined();
    expect(cache.get(1, 'customer-0')).toBeUndefined();
  });

  it('does not keep a document larger than itself', () => {
    const cache = createProfileCache(1_000);
    cache.set(1, document('x'.repeat(2_000)), []);
    expect(cache.get(1, 'x'.repeat(2_000))).toBeUndefined();
    expect(cache.bytes).toBe(0);
  });

  it('counts a larger document as larger', () => {
    const [small, large] = [createProfileCache(1_000_000), createProfileCache(1_000_000)];
    small.set(1, document('a'), []);
    large.set(1, { ...document('a'), pending: { paths: ['p'.repeat(5_000)], causes: [], occurredAt: 0 } }, []);
    expect(large.bytes).toBeGreaterThan(small.bytes + 5_000);
  });

  it('counts a document as it was loaded, and what changes of it later', () => {
    const cache = createProfileCache(10_000);
    cache.set(1, document('a'), [], 1_001);
    const loaded = cache.bytes;
    expect(loaded).toBeGreaterThanOrEqual(1_001);
    cache.set(1, document('a', 2), [{ path: ['facts'], value: 'x'.repeat(500) }]);
    expect(cache.get(1, 'a')?.version).toBe(2);
    expect(cache.bytes).toBeGreaterThan(loaded + 500);
    cache.set(1, document('b'), [], 20_000);
    expect(cache.get(1, 'b')).toBeUndefined();
  });

  it('of no bytes keeps nothing', () => {
    const cache = createProfileCache(0);
    cache.set(1, document('a'), []);
    expect(cache.get(1, 'a')).toBeUndefined();
  });

  it('wants a document only once its customer comes back, and then until it is pushed out', () => {
    const cache = createProfileCache(1_000_000);
    expect(cache.wants(1, 'a')).toBe(false);
    expect(cache.wants(2, 'a')).toBe(false);
    expect(cache.wants(1, 'a')).toBe(true);
    cache.set(1, document('a'), []);
    expect([cache.wants(1, 'a'), cache.wants(1, 'a')]).toEqual([true, true]);
    cache.drop(1);
    expect(cache.wants(1, 'a')).toBe(false);
  });

  it('forgets customers that it met too long ago', () => {
    const cache = createProfileCache(1_000_000);
    cache.wants(1, 'long ago');
    for (let customer = 0; customer < 1_000; customer += 1) cache.wants(1, `customer-${customer}`);
    expect(cache.wants(1, 'long ago')).toBe(false);
    expect(cache.wants(1, 'customer-999')).toBe(true);
  });
});
