import { AUDIENCES } from '../../../src/domain/audiences/index.ts';
import { customerUpdated } from '../../../src/domain/customer-updated.ts';
import { customerOf } from '../../../src/domain/derive.ts';
import type { InputEvent } from '../../../src/domain/events.ts';
import type { PrivacyRequested } from '../../../src/domain/generated/PrivacyRequested.ts';
import { judge } from '../../../src/domain/refusal.ts';
import { aConsent, aContract, anItem, anOrder, aRequest, factsOf } from '../../helpers/domain.ts';
import { RULES } from '../../helpers/rules.ts';

const signed = aContract({ consents: [aConsent({ purpose: 'marketing', decidedAt: 1000 })] });
const ordered = anOrder({ items: [anItem({ action: 'add', productId: 'p-1' })] });
const held = [signed, ordered] as const;

const at = (occurredAt: number, said: Partial<PrivacyRequested>): InputEvent =>
  aRequest({ eventId: `request-${occurredAt}`, occurredAt, ...said });

const statusOf = (...events: InputEvent[]): string => customerOf(factsOf(events), RULES).profile.status;

/** Names of the audiences that hear of the customer. */
const seenBy = (...events: InputEvent[]): string[] => {
  const customer = customerOf(factsOf(events), RULES);
  return AUDIENCES.filter(({ view }) => view(customer) !== null).map(({ name }) => name);
};

describe('a restriction of processing', () => {
  const restrict = at(2000, { kind: 'restrict', caseReference: 'case-1', evidence: 'file-1' });
  const lift = at(3000, { kind: 'liftRestriction' });

  it('is what there is to know of the status, until it is lifted', () => {
    expect(statusOf(...held)).toBe('active');
    expect(statusOf(...held, restrict)).toBe('restricted');
    expect(statusOf(...held, restrict, lift)).toBe('active');
    expect(statusOf(...held, lift, restrict)).toBe('active');
    expect(statusOf(...held, lift, at(4000, { kind: 'restrict' }))).toBe('restricted');
  });

  it('leaves the customer to those only whose legal basis outlasts it', () => {
    expect(seenBy(...held)).toEqual(['marketing', 'churn', 'fraud']);
    expect(seenBy(...held, restrict)).toEqual(['fraud']);
    expect(seenBy(...held, restrict, lift)).toEqual(['marketing', 'churn', 'fraud']);
  });

  it('is kept with its case and its evidence', () => {
    expect(factsOf([restrict]).privacy.restriction?.value).toEqual({
      restricted: true,
      caseReference: 'case-1',
      evidence: 'file-1',
    });
  });

  it.each<[changeType: string, previousVersion: number, paths: string[], events: InputEvent[]]>([
    ['restricted', 1, ['status'], [...held, restrict]],
    ['updated', 1, ['consents'], [...held, restrict]],
    ['statusChanged', 1, ['status'], [...held, restrict, lift]],
    ['created', 0, ['status'], [...held, restrict]],
  ])('is named as the change: %s', (changeType, previousVersion, paths, events) => {
    const { profile } = customerOf(factsOf(events), RULES);
    const pending = { paths, causes: [], occurredAt: 1 };
    expect(customerUpdated({ customerId: 'c', version: 2, previousVersion, pending, profile }).changeType).toBe(
      changeType,
    );
  });
});

describe('a decision on consent', () => {
  it('counts with its evidence, and by when it was made', () => {
    const refused = aConsent({ purpose: 'marketing', granted: false, decidedAt: 2000 });
    const withdrawal = at(5000, { kind: 'consentChanged', consents: [refused], evidence: 'letter-7' });
    expect(factsOf([withdrawal]).consents['marketing:any']).toMatchObject({
      at: 2000,
      source: 'privacy-desk',
      value: { granted: false, evidence: 'letter-7' },
    });
    expect(seenBy(...held, withdrawal)).toEqual(['churn', 'fraud']);
    const earlier = at(5000, { kind: 'consentChanged', consents: [{ ...refused, decidedAt: 500 }] });
    expect(seenBy(...held, earlier)).toEqual(['marketing', 'churn', 'fraud']);
  });

  it('is not lost where something else is asked for as well', () => {
    const both = at(2000, { kind: 'restrict', consents: [aConsent({ purpose: 'archiving' })] });
    expect(Object.keys(factsOf([both]).consents)).toEqual(['archiving:any']);
  });
});

describe('a legal hold', () => {
  it('is released by the name of its case, whichever comes first', () => {
    const first = at(2000, { kind: 'legalHold', caseReference: 'case-1', reason: 'a court' });
    const second = at(2000, { kind: 'legalHold', caseReference: 'case-2' });
    const release = at(3000, { kind: 'releaseHold', caseReference: 'case-1' });
    for (const events of [
      [first, second, release],
      [release, second, first],
    ]) {
      const holds = Object.entries(factsOf(events).legalHolds).map(([name, { value }]) => [name, value.held]);
      expect(Object.fromEntries(holds)).toEqual({ 'case-1': false, 'case-2': true });
    }
  });

  it('is nothing that audiences or the profile tell', () => {
    const before = customerOf(factsOf(held), RULES);
    const after = customerOf(factsOf([...held, at(2000, { kind: 'legalHold', caseReference: 'case-1' })]), RULES);
    expect(after.profile).toEqual(before.profile);
    for (const { view } of AUDIENCES) expect(view(after)).toEqual(view(before));
  });
});

describe('a request', () => {
  const verdict = (said: Partial<PrivacyRequested>) =>
    judge(aRequest(said), { key: 'customer-1', recordTimestamp: 1000, futureToleranceMs: 0 });

  it.each<[field: string, said: Partial<PrivacyRequested>]>([
    ['kind', { kind: 'unknown' }],
    ['consents', { kind: 'consentChanged' }],
    ['caseReference', { kind: 'legalHold' }],
    ['caseReference', { kind: 'releaseHold' }],
    ['caseReference', { caseReference: '' }],
  ])('that cannot be carried out is refused, and %s named: %j', (field, said) => {
    expect(verdict(said)).toMatchObject({ reason: 'invalid-value', field });
  });

  it('of any other kind is carried out', () => {
    expect(verdict({ kind: 'restrict' })).toBeNull();
    expect(verdict({ kind: 'erase' })).toBeNull();
    expect(verdict({ kind: 'liftRestriction' })).toBeNull();
    expect(verdict({ kind: 'legalHold', caseReference: 'case-1' })).toBeNull();
    expect(verdict({ kind: 'consentChanged', consents: [aConsent({ decidedAt: 1000 })] })).toBeNull();
  });
});
