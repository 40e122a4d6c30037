/** What nobody may have done to decisions, and to what they leave in documents, each with what verification calls it. */
import { encoded } from '../../helpers/traffic-world.ts';
import { TERMS } from '../../helpers/terms.ts';
import { decides, NOW } from './retention-world.ts';
import { changed, decided, decisionOf, document, found, isOf, stubOf, type Tampering, without } from './tampering.ts';

const DAY = 86_400_000;

export const DECISION_TAMPERINGS: Tampering[] = [
  [
    'a decision that is missing',
    ({ decisions }) => ({ decisions: without(decisions, decisionOf('less')) }),
    ['decision-missing'],
  ],
  [
    'a decision that nobody asked for',
    ({ decisions }) => ({ decisions: [...decisions, { ...found(decisions, decisionOf('less')), _id: 'another' }] }),
    ['decision-unexpected'],
  ],
  ['a decision about somebody else', decided('less', () => ({ customer: stubOf('stays') })), ['decision-differs']],
  ['a decision by another policy', decided('less', () => ({ policy: 'p2' })), ['decision-differs']],
  ['a decision by another law', decided('less', () => ({ jurisdiction: 'DE' })), ['decision-differs']],
  ['a decision of another time', decided('less', ({ asOf }) => ({ asOf: asOf + 1 })), ['decision-differs']],
  ['a decision about fewer orders', decided('less', () => ({ orders: 0 })), ['decision-differs']],
  [
    'evidence of another end',
    decided('less', ({ evidence }) => ({ evidence: { ...evidence, endedAt: (evidence.endedAt ?? 0) - DAY } })),
    ['decision-differs'],
  ],
  [
    'a floor that is over',
    decided('less', ({ evidence, asOf }) => ({ evidence: { ...evidence, floorUntil: asOf } })),
    ['decision-differs', 'decision-unlawful'],
  ],
  [
    'an erasure against a hold',
    decided('gone', ({ evidence }) => ({ evidence: { ...evidence, isHeld: true } })),
    ['decision-differs', 'decision-unlawful'],
  ],
  [
    'an erasure before its time',
    decided('gone', ({ evidence, asOf }) => ({ evidence: { ...evidence, endedAt: asOf - DAY } })),
    ['decision-differs', 'decision-unlawful'],
  ],
  [
    'an erasure by the end of something that nobody knew',
    decided('gone', ({ evidence }) => ({ evidence: { ...evidence, endedAt: (evidence.endedAt ?? 0) - DAY } })),
    ['decision-differs'],
  ],
  [
    'an erasure of what was to be archived',
    decided('gone', ({ evidence, asOf }) => ({ evidence: { ...evidence, archivingConsentAt: asOf } })),
    ['decision-differs', 'decision-unlawful'],
  ],
  [
    'a decision that was not carried out',
    decided('stays', () => ({ outcome: 'minimised', scope: 'customer' })),
    ['decision-differs', 'decision-unlawful'],
  ],
  [
    'orders that went though the customer agreed to the archive',
    decided('filed', () => ({ outcome: 'erased' })),
    ['decision-differs', 'decision-unlawful'],
  ],
  [
    'a command that allows less than was done',
    ({ inputs }) => {
      const terms = { ...TERMS, customer: { legalBasis: 'the law', minimum: 'P0D', maximum: 'P30Y' } };
      const { value } = encoded(decides('gone', NOW, terms));
      return {
        inputs: changed(
          inputs,
          (each) => each.topic === 'profile-command' && isOf('gone')(each),
          () => ({ value }),
        ),
      };
    },
    ['decision-differs', 'decision-unlawful'],
  ],
  [
    'a person that came back',
    document('less', ({ facts }) => ({
      facts: { ...facts, party: { givenName: { version: 0, at: 1, by: 'x', source: 'x', value: 'Ada' } } },
    })),
    ['facts-differ'],
  ],
  [
    'an order that is gone and was not to go',
    document('cut', ({ facts }) => ({ facts: { ...facts, orders: {} } })),
    ['audience-differs', 'facts-differ'],
  ],
  [
    'an order that is there and was to go',
    document('cut', ({ facts }) => ({
      facts: { ...facts, orders: { ...facts.orders, 'cut-cancels': Object.values(facts.orders)[0] ?? never() } },
    })),
    ['audience-differs', 'facts-differ'],
  ],
  [
    'a cut that reaches further than the terms allow',
    document('cut', ({ facts: { cuts = {}, ...facts } }) => ({
      facts: { ...facts, cuts: { ...cuts, orders: { at: Date.parse(NOW), policy: 'retention:p1' } } },
    })),
    ['facts-differ'],
  ],
  [
    'a cut of everything, without exceptions',
    document('cut', ({ facts: { cuts = {}, ...facts } }) => ({
      facts: { ...facts, cuts: { ...cuts, orders: { at: cuts.orders?.at ?? 0, policy: 'retention:p1' } } },
    })),
    ['facts-differ'],
  ],
  [
    'a ruling that is missing',
    document('held', ({ facts }) => ({ facts: { ...facts, retention: {} } })),
    ['audience-differs', 'facts-differ'],
  ],
  [
    'a letter of what came too late, for something that came in time',
    ({ deadLetters }) => ({
      deadLetters: changed(
        deadLetters,
        ({ headers }) => headers['dlq-reason'] === 'before-erasure',
        ({ headers }) => ({ headers: { ...headers, 'dlq-offset': '1' } }),
      ),
    }),
    ['cause-unknown'],
  ],
];

const never = (): never => ({}) as never;
