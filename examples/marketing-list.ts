/**
 * A list for e-mail campaigns in a MongoDB of the subscriber's own: who may be written to, at which addresses, until when.
 * Start as many of them as the topic has partitions, kill them as you like.
 */
import { createMarketingProfileDecoder, type MarketingProfileUpdated, versionOf } from 'customer-profile-stream';
import type { KafkaMessage } from 'kafkajs';
import { MongoClient } from 'mongodb';
import { follow, registryUrl, topicOf } from './subscriber.ts';

/** Consumer group and collection belong together: who reads anew from the beginning also begins a new list. */
const { LIST = 'campaign-list', MONGODB_URI = 'mongodb://localhost:27017' } = process.env;

type Entry =
  | { _id: string; version: number; emails: string[]; language: string | null; until: Date | null }
  /** Who is forgotten leaves a number behind, by which an older message is known that comes once more. */
  | { _id: string; version: number };

const mongo = new MongoClient(MONGODB_URI);
const list = mongo.db('campaigns').collection<Entry>(LIST);
const decode = createMarketingProfileDecoder({ registryUrl });

const entryOf = ({ customerId, version, ...event }: MarketingProfileUpdated): Entry => {
  const byEmail = event.channels.find(({ channel }) => channel === 'any' || channel === 'email');
  if (byEmail === undefined) return { _id: customerId, version };
  const emails = event.contactMediums.flatMap(({ emailAddress }) => emailAddress ?? []);
  const until = byEmail.validTo === null ? null : new Date(byEmail.validTo);
  return { _id: customerId, version, emails, language: event.languages[0] ?? null, until };
};

const handle = async (message: KafkaMessage): Promise<void> => {
  const customerId = String(message.key);
  const event = await decode(message.value);
  const version = versionOf(event, message);
  // Null: consent has ended. Forget the customer; that is an order and no error.
  const entry = event === null ? { _id: customerId, version } : entryOf(event);

  // Compares and replaces in one step: what is known already, or older, changes nothing, not even for a moment.
  // $literal, because text that begins with $ would be taken for the name of a field.
  const isNews = { $lt: ['$version', version] };
  const before = await list.findOneAndUpdate(
    { _id: customerId },
    [{ $replaceWith: { $cond: [isNews, { $literal: entry }, '$$ROOT'] } }],
    { upsert: true },
  );

  // Every event names the one before. A gap: offsets were lost, or this list was away until versions had been compacted.
  // The list is right all the same, since an event holds all that campaigns may know. Who counts changes must begin anew.
  if (event && before && before.version < version && before.version !== event.previousVersion) {
    console.warn(`offset ${message.offset}: version ${event.previousVersion} was never seen, only ${before.version}`);
  }
};

try {
  await follow(topicOf('marketing'), LIST, handle);
} finally {
  await mongo.close();
}
