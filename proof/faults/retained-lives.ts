/** Customers of whom retention has something to decide: what is said of them before it is asked, and what comes after. */
import type { InputEvent, UpstreamEvent } from '../../src/domain/events.ts';
import type { Terms } from '../../src/domain/retention/terms.ts';
import { aConsent, aContract, anItem, anOrder, aParty, aRequest, aRetention } from '../../test/helpers/domain.ts';

/** What is to become of them, if everything arrives in time. */
export const FATES = ['gone', 'away', 'less', 'held', 'back', 'cut', 'filed', 'purged', 'stays'] as const;

export type Fate = (typeof FATES)[number];

export interface RetainedLife {
  readonly customerId: string;
  readonly before: readonly UpstreamEvent[];
  /** Asks for decisions, and what follows; each when what came before it has had its time. */
  readonly then: readonly (readonly InputEvent[])[];
}

const YEAR_MS = 365.25 * 86_400_000;

/** `now`: ms. */
export const retainedLife = (n: number, fate: Fate, terms: Terms, now: number): RetainedLife => {
  const customerId = `retained-${String(n).padStart(6, '0')}`;
  const ago = (years: number): number => Math.floor(now - years * YEAR_MS);
  const order = (what: string, years: number, said: Parameters<typeof anOrder>[0] = {}) =>
    anOrder({
      ...{ customerId, eventId: `${customerId}-${what}`, orderId: `${customerId}-${what}`, occurredAt: ago(years) },
      ...{ items: [anItem({ productId: `${customerId}-tv` })], deviceFingerprint: `device-retained-${n >> 1}` },
      ...{ party: aParty({ givenName: `Given-${customerId}`, familyName: `Family-${customerId}` }) },
      ...said,
    });
  const returns = (years: number) =>
    order('returns', years, { items: [anItem({ productId: `${customerId}-tv`, action: 'delete' })] });
  const signed = aContract({
    ...{ customerId, eventId: `${customerId}-signs`, agreementId: `${customerId}-agreement`, occurredAt: ago(16) },
    ...{ signedAt: ago(16), period: { startDateTime: ago(16), endDateTime: ago(14) } },
  });
  const said = { customerId, occurredAt: ago(13) };
  const agrees = aRequest({
    ...{ ...said, eventId: `${customerId}-agrees`, kind: 'consentChanged' },
    consents: [aConsent({ purpose: 'archiving', decidedAt: ago(13) })],
  });
  const holds = aRequest({ ...said, eventId: `${customerId}-hold`, kind: 'legalHold', caseReference: `case-${n}` });
  const decides = (years = 0, time = 1) =>
    // A command does not say whom it is about but by its key.
    aRetention(terms, { customerId, eventId: `decides-${n}-${years}-${time}`, occurredAt: ago(years) });
  const ended = [signed, order('buys', 16), order('changes', 15), returns(14)];
  const old = [order('gives-up', 14, { state: 'cancelled' }), order('buys', 6)];
  const again = order('again', 0);
  const LIVES: Record<Fate, Omit<RetainedLife, 'customerId'>> = {
    gone: { before: ended, then: [[decides()]] },
    away: { before: [...ended, agrees], then: [[decides()], [decides(0, 2)]] },
    less: { before: [signed, order('buys', 9), returns(4)], then: [[decides()], [decides(0, 2)]] },
    held: { before: [...ended, holds], then: [[decides()]] },
    back: { before: [...ended, agrees], then: [[decides()], [again]] },
    cut: { before: old, then: [[decides()]] },
    filed: { before: [...old, agrees], then: [[decides()]] },
    purged: { before: [...ended, agrees], then: [[decides(2)], [decides()]] },
    stays: { before: [order('buys', 16), order('changes', 1)], then: [[decides()], [again]] },
  };
  return { customerId, ...LIVES[fate] };
};
