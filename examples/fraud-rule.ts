/**
 * Says when the latest order of a customer looks like fraud: one line of JSON on standard output a suspicious order, about as
 * soon as the order is known.
 */
import { createFraudProfileDecoder, type FraudProfileUpdated } from 'customer-profile-stream';
import type { KafkaMessage } from 'kafkajs';
import { LRUCache } from 'lru-cache';
import { follow, registryUrl, topicOf } from './subscriber.ts';

const DAY = 24 * 60 * 60 * 1000;
const SUSPICIOUS = 3;

type Signal = readonly [name: string, weight: number, isGiven: (event: FraudProfileUpdated) => boolean];

/**
 * As of the latest order, whenever this runs; the delivery is that of the last order that names an address. A first order always
 * comes from a new device, and mostly with a young contact: neither says much alone.
 */
const SIGNALS: readonly Signal[] = [
  ['four orders within an hour', 3, ({ velocity }) => velocity.some((v) => v.window === 'PT1H' && v.placed >= 4)],
  [
    'three refused within a day',
    3,
    ({ velocity }) => velocity.some((v) => v.window === 'PT24H' && v.unsuccessful >= 3),
  ],
  ['new device', 1, (event) => event.latestOrderOnNewDevice === true],
  ['contact of less than a day', 1, (event) => event.contactMediums.some(isYoung)],
  ['delivered elsewhere', 1, (event) => event.deliveryDiffersFromBilling === true],
  ['identity not verified', 1, ({ identification }) => identification?.verified === false],
];

const isYoung = ({ ageAtLatestOrderMs: age }: FraudProfileUpdated['contactMediums'][number]): boolean =>
  age !== null && age < DAY;

const decode = createFraudProfileDecoder({ registryUrl });

/** The last alert about a customer. Forgotten when the process ends: see `alertId`. */
const alerts = new LRUCache<string, { version: number; orderId: string | null }>({ max: 100_000 });

const handle = async ({ key, value, timestamp }: KafkaMessage): Promise<void> => {
  const event = await decode(value);
  if (event === null) {
    // Null: fraud models may not see the customer any more.
    alerts.delete(String(key));
    return;
  }
  const { customerId, version, latestOrderId: orderId, latestOrderAt, eventId } = event;
  // A rule that starts for the first time, or was away for long, does not cry over old times.
  if (Date.now() - Number(timestamp) > DAY) return;
  // Delivered again, or something else has changed about an order that was told already.
  const told = alerts.get(customerId);
  if (told && (version <= told.version || orderId === told.orderId)) return;

  const given = SIGNALS.filter(([, , isGiven]) => isGiven(event));
  if (given.reduce((sum, [, weight]) => sum + weight, 0) < SUSPICIOUS) return;
  alerts.set(customerId, { version, orderId });
  const signals = given.map(([name]) => name);
  const orderedAt = latestOrderAt === null ? null : new Date(latestOrderAt).toISOString();
  // After a crash an alert may come twice, and then with the same id: whoever receives it goes by that.
  console.log(JSON.stringify({ alertId: eventId, customerId, orderId, orderedAt, signals }));
};

await follow(topicOf('fraud'), 'fraud-rule', handle);
