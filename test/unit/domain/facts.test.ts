import { canonicalJson } from '../../../src/domain/canonical.ts';
import { customerUpdated } from '../../../src/domain/customer-updated.ts';
import { derive } from '../../../src/domain/derive.ts';
import { changedPaths, diff } from '../../../src/domain/diff.ts';
import { emptyFacts } from '../../../src/domain/facts.ts';
import type { OrderFinalized } from '../../../src/domain/generated/OrderFinalized.ts';
import { merge } from '../../../src/domain/merge.ts';
import { mergeRegister, register, statedAfter, wins } from '../../../src/domain/register.ts';
import { avroType } from '../../helpers/avro.ts';
import { aContract, anEmail, anItem, anOrder, factsOf, profileOf } from '../../helpers/domain.ts';
import { RULES } from '../../helpers/rules.ts';

describe('a register', () => {
  const stamp = { version: 1, at: 1, by: 'b', source: 's' };

  it.each([
    ['a higher version', { ...stamp, version: 2, at: 0 }, 1],
    ['the same version later', { ...stamp, at: 2, by: 'a' }, 1],
    ['the same time by a later event', { ...stamp, by: 'c' }, 0],
    ['the same event with a greater value', stamp, 2],
    ['the same value from a greater source', { ...stamp, source: 't' }, 1],
  ])('yields to %s', (_, later, value) => {
    const [known, candidate] = [register(stamp, 1), register(later, value)];
    expect([wins(candidate, known), wins(known, candidate)]).toEqual([true, false]);
    expect(mergeRegister(known, candidate)).toMatchObject(candidate);
    expect(mergeRegister(candidate, known)).toEqual(mergeRegister(known, candidate));
  });

  it('keeps a statement that loses for as long as it is the latest, and what is left wins when older ones go', () => {
    const [third, second, first] = [
      register({ ...stamp, version: 3, at: 1 }, 'third'),
      register({ ...stamp, version: 2, at: 2 }, 'second'),
      register({ ...stamp, version: 1, at: 3 }, 'first'),
    ];
    const outlasted = register({ ...stamp, version: 1, at: 2 }, 'outlasted');
    const all = [first, outlasted, third, second].reduce<typeof first | undefined>(mergeRegister, undefined);
    expect(all).toEqual({ ...third, later: [second, first] });
    expect(all && mergeRegister(all, outlasted)).toBe(all);
    expect([0, 1, 2, 3].map((time) => all && statedAfter(all, time)?.value)).toEqual([
      'third',
      'second',
      'first',
      undefined,
    ]);
  });

  it('stays the same reference when told the same again', () => {
    const known = register(stamp, { a: 1, b: [1, { c: 2 }] });
    expect(mergeRegister(known, register(stamp, { b: [1, { c: 2 }], a: 1 }))).toBe(known);
  });
});

describe('facts', () => {
  it.each(['__proto__', 'constructor', 'a.b', '$x', '', 'toString', '7'])('hold an order called %j', (orderId) => {
    const [first, corrected] = [anOrder({ orderId }), anOrder({ orderId, orderVersion: 2, state: 'failed' })];
    const facts = factsOf([anOrder(), first, corrected]);
    expect(Object.keys(facts.orders).sort()).toEqual(['order-1', orderId].sort());
    expect(merge(facts, corrected)).toBe(facts);
    expect(derive(facts, RULES).orderSummary).toMatchObject({
      totalCount: 2,
      countsByState: { completed: 1, failed: 1 },
    });
  });

  it('hold plain objects without nulls, also of decoded events', () => {
    const type = avroType('OrderFinalized');
    const { event } = anOrder({ items: [anItem()], contactMediums: [anEmail('a@b.example')] });
    const decoded = type.fromBuffer(type.toBuffer(event)) as OrderFinalized;
    const facts = merge(emptyFacts, { type: 'OrderFinalized', event: decoded });
    expect(facts).toStrictEqual(JSON.parse(JSON.stringify(facts)));
    expect(JSON.stringify(facts)).not.toContain('null');
  });

  it('keep what an order says for later features', () => {
    const said = {
      deviceFingerprint: 'd',
      billingAccountId: 'b',
      paymentMethod: { methodType: 'wallet' as const, fingerprint: 'f' },
    };
    expect(factsOf([anOrder(said)]).orders['order-1']?.value).toMatchObject(said);
  });

  it('share what an event does not touch', () => {
    const before = factsOf([anOrder({ contactMediums: [anEmail('a@b.example')] }), aContract()]);
    const after = merge(before, anOrder({ orderId: 'order-2' }));
    expect(after.orders['order-1']).toBe(before.orders['order-1']);
    expect(after.contactMediums).toBe(before.contactMediums);
    expect(after.agreements).toBe(before.agreements);
  });

  it('date a credit check by the check, not by the contract that carries it', () => {
    const checked = (checkedAt: number, score: number, occurredAt: number): ReturnType<typeof aContract> =>
      aContract({ occurredAt, creditProfile: { score, riskRating: null, checkedAt, validTo: null } });
    const facts = factsOf([checked(500, 2, 600), checked(400, 1, 900)]);
    expect(facts.assessments.creditProfile).toMatchObject({ at: 500, value: { score: 2 } });
  });
});

describe('canonical JSON', () => {
  it('depends on content only', () => {
    const value = { b: undefined, a: [1, null], c: { z: null, y: 'x' } };
    expect(canonicalJson(value)).toBe('{"a":[1,null],"c":{"y":"x"}}');
    expect(canonicalJson(JSON.parse('{"__proto__":1,"a":2}'))).toBe('{"__proto__":1,"a":2}');
  });
});

describe('diff', () => {
  it('names the smallest paths; arrays count as a whole', () => {
    const before = { a: { b: 1, c: 2, gone: 3 }, list: [{ x: 1 }], same: [{ y: 1 }] };
    const after = { a: { b: 1, c: 5 }, list: [{ x: 2 }], same: [{ y: 1 }] };
    expect(diff(before, after, ['root'])).toEqual([
      { path: ['root', 'a', 'c'], value: 5 },
      { path: ['root', 'a', 'gone'], value: undefined },
      { path: ['root', 'list'], value: [{ x: 2 }] },
    ]);
    expect(changedPaths(diff(before, after, []))).toEqual(['a.c', 'a.gone', 'list']);
  });

  it('takes every member of the first profile as new', () => {
    expect(changedPaths(diff(null, profileOf(anOrder()), []))).toEqual(Object.keys(profileOf(anOrder())).sort());
  });

  it('is not fooled by names that every object inherits', () => {
    expect(diff({}, { constructor: {} }, [])).toEqual([{ path: ['constructor'], value: {} }]);
  });
});

describe('customer-updated', () => {
  it.each([
    ['created', 0, ['status']],
    ['statusChanged', 3, ['party', 'status']],
    ['updated', 3, ['party']],
  ])('is called %s after version %d with changes in %j', (changeType, previousVersion, paths) => {
    const causes = [{ eventId: 'event-1', eventType: 'OrderFinalized' as const }];
    const pending = { paths, causes, occurredAt: 7 };
    const event = customerUpdated({ customerId: 'c', version: 4, previousVersion, pending, profile: profileOf() });
    expect(event).toMatchObject({ eventId: 'c:4', changeType, previousVersion, changedPaths: paths, causes });
  });
});
