import { createHash } from 'node:crypto';
import { parsePhoneNumberFromString } from 'libphonenumber-js/min';
import { canonicalJson } from '../../../src/domain/canonical.ts';
import { derive } from '../../../src/domain/derive.ts';
import { emptyFacts, type Facts } from '../../../src/domain/facts.ts';
import { merge } from '../../../src/domain/merge.ts';
import { isRefusal, judge, REFUSAL_REASONS } from '../../../src/domain/refusal.ts';
import { encodeTraffic, generateTraffic, type TrafficItem, type TrafficOptions } from '../../../src/traffic/index.ts';
import { SCHEMA_IDS as IDS, trafficDecoder } from '../../helpers/traffic-world.ts';
import { RULES } from '../../helpers/rules.ts';

const NOW = Date.UTC(2026, 0, 1);

const traffic = (options: Partial<TrafficOptions> = {}): TrafficItem[] => [
  ...generateTraffic({ seed: 1, customers: 100, events: 2000, ...options }),
];

const digest = (items: readonly TrafficItem[]): string =>
  createHash('sha256')
    .update(JSON.stringify(items.map((item) => encodeTraffic(item, IDS))))
    .digest('hex');

const share = (items: readonly TrafficItem[], holds: (item: TrafficItem) => boolean): number =>
  items.filter(holds).length / items.length;

describe('generated traffic', () => {
  it('is the same, byte for byte, for the same seed and another for another', () => {
    expect(digest(traffic())).toBe(digest(traffic()));
    expect(digest(traffic({ seed: 2 }))).not.toBe(digest(traffic()));
  });

  it.each([1, 10, 1000])('has exactly as many messages as asked for: %d', (events) => {
    expect(traffic({ events })).toHaveLength(events);
  });

  it('meets in the decoder and the domain exactly the fate that each message foretells', async () => {
    const decoder = trafficDecoder();
    const seen = new Set<string>();
    for (const item of traffic({ brokenRatio: 0.1 })) {
      const { topic, value } = encodeTraffic(item, IDS);
      await decoder.prepare([value]);
      const event = decoder.decode(topic, value);
      const fate = isRefusal(event)
        ? event
        : judge(event, { key: item.key, recordTimestamp: NOW, futureToleranceMs: 0 });
      expect(fate?.reason ?? 'applied').toBe(item.expected);
      seen.add(item.expected);
    }
    const caused = Object.keys(REFUSAL_REASONS).filter(
      (reason) => reason !== 'before-erasure' && reason !== 'legal-hold' && reason !== 'misplaced',
    );
    expect([...seen].sort()).toEqual(['applied', ...caused].sort());
  });

  it('keeps to the ratios it is given', () => {
    const items = traffic({ events: 20_000, brokenRatio: 0.01, duplicateRatio: 0.1, lateRatio: 0.05 });
    expect(share(items, ({ expected }) => expected !== 'applied')).toBeCloseTo(0.01, 2);
    expect(share(items, ({ arrival }) => arrival === 'duplicate')).toBeCloseTo(0.09, 2);
    expect(share(items, ({ arrival }) => arrival === 'late')).toBeCloseTo(0.045, 2);
  });

  describe('with erasures', () => {
    const erasing = { events: 6000, eraseRatio: 0.02, requestRatio: 0.02 };
    const isErasure = ({ input }: TrafficItem): boolean =>
      input.type === 'PrivacyRequested' && input.event.kind === 'erase';

    it('has none unless asked for, and is then what it was before', () => {
      expect(traffic({ requestRatio: 0.2 }).some(isErasure)).toBe(false);
      expect(digest(traffic({ eraseRatio: 0 }))).toBe(digest(traffic()));
      // As seeds gave it before there were erasures: reports name seeds.
      expect(digest(traffic({ seed: 3, events: 500 })).slice(0, 16)).toBe('2b79ec8fc06a3857');
      expect(traffic(erasing)).toHaveLength(erasing.events);
      expect(share(traffic(erasing), isErasure)).toBeCloseTo(0.02, 2);
    });

    it('has customers who stay away, some who come back as new, and events from before that come late', () => {
      const items = traffic({ ...erasing, customers: 400, duplicateRatio: 0, brokenRatio: 0 });
      const erasedAt = new Map<string | null, number>();
      const [back, isNamed] = [new Set<string | null>(), new Set<string | null>()];
      let belated = 0;
      for (const item of items) {
        const { key, input } = item;
        const at = erasedAt.get(key);
        if (isErasure(item)) erasedAt.set(key, Math.max(at ?? 0, input.event.occurredAt));
        else if (at !== undefined && input.event.occurredAt <= at) belated += 1;
        else if (at !== undefined) {
          back.add(key);
          if (input.type === 'ContractSigned' && input.event.party !== null) isNamed.add(key);
        }
      }
      expect(erasedAt.size - back.size).toBeGreaterThan(20);
      expect(back.size).toBeGreaterThan(20);
      expect(isNamed.size).toBeGreaterThan(5);
      expect(belated).toBeGreaterThan(30);
    });
  });

  it('redelivers a duplicate unchanged', () => {
    const items = traffic({ duplicateRatio: 0.2 });
    const originals = new Map(
      items.filter(({ arrival }) => arrival !== 'duplicate').map((item) => [item.input.event.eventId, item]),
    );
    const duplicates = items.filter(({ arrival }) => arrival === 'duplicate');
    expect(duplicates.length).toBeGreaterThan(100);
    for (const item of duplicates) {
      const original = originals.get(item.input.event.eventId);
      expect(original && encodeTraffic(original, IDS)).toEqual(encodeTraffic(item, IDS));
    }
  });

  it('has corrections, ties, disorder, and every outcome and action of orders', () => {
    const orders = traffic({ events: 5000 }).flatMap(({ input, arrival }) =>
      input.type === 'OrderFinalized' && arrival === 'in-time' ? [input.event] : [],
    );
    const statements = orders.map(
      ({ orderId, orderVersion, occurredAt }) => `${orderId} ${orderVersion} ${occurredAt}`,
    );
    expect(orders.some(({ orderVersion }) => orderVersion > 1)).toBe(true);
    expect(new Set(statements).size).toBeLessThan(statements.length);
    expect(new Set(orders.map(({ state }) => state))).toEqual(
      new Set(['completed', 'partial', 'failed', 'cancelled', 'rejected']),
    );
    expect(new Set(orders.flatMap(({ items }) => items.map(({ action }) => action)))).toEqual(
      new Set(['add', 'modify', 'delete']),
    );
    const times = traffic().map(({ input }) => input.event.occurredAt);
    expect(times.some((time, i) => time < (times[i - 1] ?? 0))).toBe(true);
  });

  it('has customers who come often and many who come seldom', () => {
    const counts = new Map<string, number>();
    for (const { key } of traffic({ events: 10_000, customers: 1000 })) {
      if (key !== null) counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    const sorted = [...counts.values()].sort((a, b) => b - a);
    expect(sorted[0]).toBeGreaterThan(80);
    expect(sorted[0]).toBeLessThan(200);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(8);
  });

  it('has households, and accounts of one ring, of which some turn out to be none', () => {
    const orders = traffic({ events: 6000, customers: 500, correctionRatio: 0.15 }).flatMap(
      ({ input, arrival, expected }) =>
        input.type === 'OrderFinalized' && arrival === 'in-time' && expected === 'applied' ? [input.event] : [],
    );
    const have = (valueOf: (order: (typeof orders)[number]) => string | null | undefined): number[] => {
      const customers = new Map<string, Set<string>>();
      for (const order of orders) {
        const value = valueOf(order);
        if (value != null) customers.set(value, (customers.get(value) ?? new Set()).add(order.customerId));
      }
      return [...customers.values()].map(({ size }) => size).sort((a, b) => b - a);
    };
    for (const sizes of [have((order) => order.deviceFingerprint), have((order) => order.paymentMethod?.fingerprint)]) {
      // More than anybody is told of, then what is in a household, and most have their own.
      expect(sizes[0]).toBeGreaterThan(21);
      expect(sizes.filter((size) => size > 1 && size <= 4).length).toBeGreaterThan(10);
      expect(sizes.filter((size) => size === 1).length).toBeGreaterThan(200);
    }
    const addresses = have(({ deliveryAddress }) => deliveryAddress && JSON.stringify(deliveryAddress));
    expect(addresses[0]).toBe(4);
    expect(addresses.filter((size) => size === 1).length).toBeGreaterThan(200);

    const devices = new Map<string, string>();
    const corrected = orders.filter(({ orderId, orderVersion, deviceFingerprint }) => {
      const before = devices.get(orderId);
      if (deviceFingerprint !== null) devices.set(orderId, deviceFingerprint);
      return orderVersion > 1 && deviceFingerprint === null && before?.startsWith('dev-ring');
    });
    expect(corrected.length).toBeGreaterThan(2);
  });

  it('makes profiles of a usual size, about people who cannot exist', () => {
    const facts = new Map<string, Facts>();
    for (const { key, input, expected } of traffic({ events: 3500, customers: 1000 })) {
      if (key !== null && expected === 'applied') facts.set(key, merge(facts.get(key) ?? emptyFacts, input));
    }
    const profiles = [...facts.values()].map((each) => derive(each, RULES));
    const median = (all: readonly object[]): number => {
      const sizes = all.map((each) => canonicalJson(each).length).sort((a, b) => a - b);
      return sizes[Math.floor(sizes.length / 2)] ?? 0;
    };
    const known = profiles.map(({ contactMediums, preferences, ...profile }) => ({
      ...profile,
      contactMediums: contactMediums.map((medium) => ({ ...medium, validatedBy: null })),
      preferences: { ...preferences, provenance: null },
    }));
    expect(median(known)).toBeGreaterThan(1400);
    expect(median(known)).toBeLessThan(2100);
    // Where it comes from takes its own share, and no more.
    expect(median(profiles) - median(known)).toBeLessThan(600);
    const mediums = profiles.flatMap(({ contactMediums }) => contactMediums);
    for (const { emailAddress, phoneNumber } of mediums) {
      if (emailAddress !== null) expect(emailAddress).toMatch(/[@.]example\.(com|org|net)$/);
      if (phoneNumber !== null) expect(parsePhoneNumberFromString(phoneNumber)?.isValid()).toBe(true);
    }
  });

  it('is made lazily: a stream without an end can be read from', () => {
    const stream = generateTraffic({ seed: 1, customers: 10, events: Infinity });
    const items = Array.from({ length: 1000 }, () => stream.next().value);
    expect(items.every((item) => item !== undefined)).toBe(true);
  });
});
