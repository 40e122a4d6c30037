/** Through which channels a customer may be addressed for marketing. */
import type { ConsentFact, Facts } from '../facts.ts';
import type { ConsentChannel, PermittedChannel } from '../generated/MarketingProfileUpdated.ts';
import { lookup } from '../keyed.ts';
import type { Register } from '../register.ts';
import { latestKnown } from './latest-known.ts';

type Decision = Register<ConsentFact> | undefined;

/** Those that `any` stands for, by name. */
const CHANNELS = ['email', 'phone', 'post', 'push', 'sms'] as const satisfies readonly ConsentChannel[];

/** By name; `any` stands alone, and only where it holds for every channel alike. */
export const permittedChannels = (facts: Facts): PermittedChannel[] => {
  const at = latestKnown(facts);
  const any = permission('any', decisionOn('any', facts), at);
  const permitted = CHANNELS.map((channel) => permission(channel, decisionFor(channel, facts), at));
  if (any !== null && permitted.every((channel) => channel?.validTo === any.validTo)) return [any];
  return permitted.filter((channel) => channel !== null);
};

const decisionOn = (channel: ConsentChannel, { consents }: Facts): Decision => lookup(consents, `marketing:${channel}`);

/** The latest that speaks of the channel, by its name or by `any`; of two made at once the one that names it. */
const decisionFor = (channel: ConsentChannel, facts: Facts): Decision => {
  const any = decisionOn('any', facts);
  const own = decisionOn(channel, facts);
  return any !== undefined && (own === undefined || any.at > own.at) ? any : own;
};

/** Null unless the decision grants the channel and has not ended by the given time. */
const permission = (channel: ConsentChannel, decision: Decision, at: number): PermittedChannel | null => {
  if (decision === undefined || !decision.value.granted) return null;
  const { validTo = null } = decision.value;
  return validTo === null || validTo > at ? { channel, validTo } : null;
};
