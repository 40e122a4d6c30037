/** An audience that may often see nothing, and what must hold of all that it hears. */
import { customerOf } from '../../src/domain/derive.ts';
import { equal } from '../../src/domain/equal.ts';
import type { AudienceOutput } from '../../src/pipeline/announce.ts';
import type { ProfileDocument } from '../../src/pipeline/document.ts';
import type { OutputRecord } from './kafka.ts';
import { RULES } from './rules.ts';

export const AUDIENCE_TOPIC = 'customer-updated.even';

/** The orders, while their number is even and not nothing. */
const viewOf: AudienceOutput['view'] = ({ facts }) => {
  const orders = Object.keys(facts.orders).sort();
  return orders.length > 0 && orders.length % 2 === 0 ? { orders } : null;
};

export const audienceOutput = (encode: (event: object) => Buffer): AudienceOutput => ({
  name: 'even',
  record: 'EvenProfileUpdated',
  topic: AUDIENCE_TOPIC,
  view: viewOf,
  encoder: { encode },
});

/** What the audience knows of a customer. */
export interface Heard {
  readonly version: number;
  readonly view: object | null;
}

const NOTHING: Heard = { version: 0, view: null };

/** An event as the audience gets it. */
interface Event {
  readonly version: number;
  readonly previousVersion: number;
}

/**
 * What it knows once a version is published, or what is wrong with how it heard of it. `record`: what the same transaction
 * brought it, `event` what that holds, null for a tombstone.
 */
export const hear = (
  known: Heard = NOTHING,
  { version, facts, profile }: ProfileDocument,
  record: OutputRecord | undefined,
  event: object | null | undefined,
): Heard | string => {
  const expected = profile && viewOf(customerOf(facts, RULES));
  if (equal(expected, known.view)) return record === undefined ? known : 'hears what it knows already';
  if (record === undefined) return 'does not hear what has changed for it';
  if (expected === null) return event === null ? { version, view: null } : 'hears what it may not hear';
  if (event == null) return 'hears a tombstone of what it may see';
  const { version: heard, previousVersion, ...rest } = event as Event & Readonly<Record<string, unknown>>;
  if (heard !== version || previousVersion !== known.version) {
    return `hears ${previousVersion}→${heard} after v${known.version}, along with v${version}`;
  }
  const view = { orders: rest['orders'] };
  return equal(view, expected) ? { version, view: expected } : 'hears something else than what is so';
};
