/** What marketing may see, judged by the decisions themselves. */
import fc from 'fast-check';
import { latestKnown } from '../../src/domain/audiences/latest-known.ts';
import { marketing } from '../../src/domain/audiences/marketing.ts';
import { customerOf } from '../../src/domain/derive.ts';
import { erasedUpTo } from '../../src/domain/cuts.ts';
import type { InputEvent } from '../../src/domain/events.ts';
import type { Consent } from '../../src/domain/generated/ContractSigned.ts';
import { aConsent, aContract, factsOf } from '../helpers/domain.ts';
import { audienceEvents, CHANNELS, delivered } from './audience-arbitraries.ts';
import { RULES } from '../helpers/rules.ts';

/** The long form of the proof asks for more. */
const numRuns = Number(process.env['PROPERTY_RUNS'] ?? 1_000);
const RUNS = { numRuns };
const TIMEOUT_MS = 10_000 + 10 * numRuns;

type Channel = Consent['channel'];

const viewOf = (events: readonly InputEvent[]): ReturnType<typeof marketing.view> => {
  const facts = factsOf(events);
  return marketing.view(customerOf(facts, RULES));
};

const withConsents = (input: InputEvent, change: (consent: Consent) => Consent): InputEvent => {
  if (input.type !== 'ContractSigned' && input.type !== 'PrivacyRequested') return input;
  return { ...input, event: { ...input.event, consents: input.event.consents.map(change) } } as InputEvent;
};

/** Every decision on marketing there was, made before it was told at the latest, and not erased. */
const decisionsOf = (events: readonly InputEvent[]): Consent[] =>
  events
    .flatMap(({ event }) =>
      'consents' in event
        ? event.consents.map((said) => ({ ...said, decidedAt: Math.min(said.decidedAt, event.occurredAt) }))
        : [],
    )
    .filter(({ decidedAt }) => decidedAt > erasedUpTo(factsOf(events)))
    .filter(({ purpose, channel }) => purpose === 'marketing' && channel !== 'unknown');

/** The latest that speak of the channel; more than one when several were made at once. */
const latestOn = (channel: Channel, decisions: readonly Consent[]): Consent[] => {
  const all = decisions.filter((decision) => decision.channel === channel || decision.channel === 'any');
  const last = Math.max(...all.map(({ decidedAt }) => decidedAt));
  const latest = all.filter(({ decidedAt }) => decidedAt === last);
  const named = latest.filter((decision) => decision.channel === channel);
  return named.length > 0 ? named : latest;
};

/** Later than any decision that events make. */
const refusalOf = (channels: readonly Channel[], decidedAt: number): InputEvent =>
  aContract({
    eventId: 'refusal',
    agreementId: 'refusal',
    occurredAt: decidedAt,
    consents: channels.map((channel) => aConsent({ channel, decidedAt, granted: false })),
  });

const afterRefusal = audienceEvents.chain((events) => {
  const decisions = decisionsOf(events);
  const channels = [...new Set(decisions.map(({ channel }) => channel))];
  const decidedAt = Math.max(0, ...decisions.map((decision) => decision.decidedAt)) + 1;
  return fc
    .constantFrom<readonly Channel[]>(channels, ['any'])
    .chain((refused) => delivered([...events, refusalOf(refused, decidedAt)]));
});

const REACHED_BY: Readonly<Record<string, readonly string[]>> = {
  email: ['any', 'email'],
  phone: ['any', 'phone', 'sms'],
  postalAddress: ['any', 'post'],
};

describe('marketing', () => {
  it(
    'sees nothing of a customer who has given no consent',
    () => {
      fc.assert(
        fc.property(audienceEvents, fc.boolean(), (events, refused) => {
          const without = events.map((input) =>
            withConsents(input, (consent) => ({
              ...consent,
              ...(refused ? { granted: false } : { purpose: 'profiling' }),
            })),
          );
          expect(viewOf(without)).toBeNull();
        }),
        RUNS,
      );
    },
    TIMEOUT_MS,
  );

  it(
    'sees nothing, for any interleaving, when every channel ever named, or any, was refused last',
    () => {
      fc.assert(
        fc.property(afterRefusal, (arrived) => {
          expect(viewOf(arrived)).toBeNull();
        }),
        RUNS,
      );
    },
    TIMEOUT_MS,
  );

  it(
    'is permitted a channel while the latest decision that speaks of it grants it, and only then',
    () => {
      fc.assert(
        fc.property(audienceEvents, (events) => {
          const permitted: string[] = viewOf(events)?.channels.map(({ channel }) => channel) ?? [];
          expect(permitted).toEqual([...new Set(permitted)].sort());
          const facts = factsOf(events);
          const now = latestKnown(facts);
          const isRestricted = facts.privacy.restriction?.value.restricted === true;
          const decisions = decisionsOf(events);
          for (const channel of CHANNELS.filter((name) => name !== 'any')) {
            const grants = latestOn(channel, decisions).map(
              ({ granted, validTo }) => granted && (validTo ?? Infinity) > now && !isRestricted,
            );
            const isPermitted = permitted.includes(channel) || permitted.includes('any');
            expect(grants.length === 0 ? [false] : grants).toContain(isPermitted);
          }
        }),
        RUNS,
      );
    },
    TIMEOUT_MS,
  );

  it(
    'sees only contacts that a permitted channel reaches and that are not known to be invalid',
    () => {
      fc.assert(
        fc.property(audienceEvents, (events) => {
          const { contactMediums = [], channels = [] } = viewOf(events) ?? {};
          for (const { mediumType, validation } of contactMediums) {
            expect(channels.some(({ channel }) => REACHED_BY[mediumType]?.includes(channel))).toBe(true);
            expect(validation).not.toBe('invalid');
          }
        }),
        RUNS,
      );
    },
    TIMEOUT_MS,
  );
});
