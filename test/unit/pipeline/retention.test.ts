/** What comes of a command for retention, by what the customer's document says when its batch is read. */
import { emptyFacts, type Facts } from '../../../src/domain/facts.ts';
import type { Terms } from '../../../src/domain/retention/terms.ts';
import type { ProfileDocument } from '../../../src/pipeline/document.ts';
import { type Delivery, fold } from '../../../src/pipeline/fold.ts';
import { planCustomer } from '../../../src/pipeline/plan.ts';
import { aRequest, aRetention } from '../../helpers/domain.ts';
import { order } from '../../helpers/events.ts';
import { RULES } from '../../helpers/rules.ts';

const DAY = 86_400_000;
const NOW = 400 * DAY;
const TERMS: Terms = {
  ...{ policy: 'p', jurisdiction: '*' },
  customer: { minimum: 'P0D', maximum: 'P1D', legalBasis: 'law' },
};
const command = aRetention(TERMS, { occurredAt: NOW });

const delivered = (...inputs: readonly Delivery['input'][]): Delivery[] =>
  inputs.map((input, at) => ({ topic: 'profile-command', offset: 5 + at, input }));

const known = (...inputs: readonly Delivery['input'][]): ProfileDocument => {
  const stretch = { epoch: 1, from: {}, to: {} };
  const then = { rules: RULES, audiences: [], hash: null };
  const { document } = planCustomer('customer-1', null, delivered(...inputs), stretch, then);
  if (document === null) throw new Error('no document was planned');
  return document;
};

const effects = (before: ProfileDocument | null, ...inputs: readonly Delivery['input'][]) =>
  fold(before, delivered(...inputs)).decisions.map(({ offset, effect, outcome }) => [offset, effect, outcome]);

const ended = order({ occurredAt: DAY });

it('it changes what is known, or nothing is due', () => {
  expect(effects(known(ended), command)).toEqual([[5, 'changed', 'erased']]);
  expect(effects(known(order({ occurredAt: NOW })), command)).toEqual([[5, 'nothing', 'kept']]);
});

it('nobody is known, or nobody any more by what came just before', () => {
  expect(effects(null, command)).toEqual([[5, 'nobody', 'kept']]);
  const erased = aRequest({ kind: 'erase', occurredAt: NOW });
  expect(effects(known(ended), erased, command)).toEqual([[6, 'nobody', 'kept']]);
});

describe('read again, it was done', () => {
  const gone: Facts = { ...emptyFacts, erased: { at: NOW, policy: 'retention:p' } };

  it('where the customer is erased since, and nothing is said of who is gone', () => {
    expect(effects({ ...known(ended), facts: gone }, command)).toEqual([]);
    expect(effects({ ...known(ended), facts: gone }, order({ occurredAt: NOW + 1 }), command)).toEqual([
      [6, 'done', 'kept'],
    ]);
  });

  it('where a version names it', () => {
    const before = known(order({ occurredAt: NOW }));
    const causes = [{ eventId: command.event.eventId, eventType: command.type }];
    const named = { ...before, pending: { paths: [], causes, occurredAt: NOW } };
    expect(effects(named, command)).toEqual([[5, 'done', 'kept']]);
  });

  it('where the customer lies in the archive by it, of which a later version names nothing', () => {
    const archive = { version: 1, epoch: 1, at: NOW, policy: 'retention:p' };
    const stub = { ...known(ended), version: 2, archive };
    expect(effects(stub, command)).toEqual([[5, 'done', 'kept']]);
    expect(effects({ ...stub, archive: { ...archive, policy: 'retention:q' } }, command)).toEqual([
      [5, 'nothing', 'kept'],
    ]);
    expect(effects({ ...stub, archive: { ...archive, at: NOW - 1 } }, command)).toEqual([[5, 'nothing', 'kept']]);
  });
});
