/** One customer from events to profile to emitted events, as the topics and the database tell it. */
import type { AudienceEvent } from '../../domain/audiences/audience.ts';
import type { InputEvent } from '../../domain/events.ts';
import type { CustomerProfile, CustomerUpdated, Money } from '../../domain/generated/CustomerUpdated.ts';
import type { FraudProfileUpdated } from '../../domain/generated/FraudProfileUpdated.ts';
import { kindOf } from '../../domain/links.ts';
import { isRefusal } from '../../domain/refusal.ts';
import type { Config } from '../../config.ts';
import { versionOfTombstone } from '../../pipeline/cloud-events.ts';
import { type AudienceSource, openSources } from '../../verification/index.ts';
import { harmless } from '../terminal.ts';
import { clipped, type Paint, WIDTH } from './picture.ts';

export interface Story {
  readonly customerId: string;
  /** In the order of arrival. */
  readonly events: readonly InputEvent[];
  readonly published: readonly CustomerUpdated[];
  readonly told: readonly AudienceStory[];
}

export interface AudienceStory {
  readonly audience: string;
  /** In order; `gone`: a tombstone. `shared`: of the fraud audience, what the customer shares with how many others. */
  readonly versions: readonly { readonly version: number; readonly gone: boolean; readonly shared: string }[];
}

/** Reads the story from the topics, from their beginning. */
export const readStory = async (config: Config, customerId: string, signal: AbortSignal): Promise<Story> => {
  const sources = await openSources(config, signal);
  try {
    const arrived: { readonly at: number; readonly event: InputEvent }[] = [];
    for await (const { key, topic, value, timestamp } of sources.inputs) {
      if (key?.toString() !== customerId) continue;
      await sources.decoder.prepare([value]);
      const event = sources.decoder.decode(topic, value);
      if (isRefusal(event) || event.type === 'CustomerLink') continue;
      if (event.event.customerId === customerId) arrived.push({ at: timestamp, event });
    }
    const published: CustomerUpdated[] = [];
    for await (const { key, value } of sources.outputs) {
      const event = key?.toString() === customerId ? await sources.decodeOutput(value) : null;
      if (event !== null) published.push(event);
    }
    const told: AudienceStory[] = [];
    for (const source of sources.audiences.filter(({ muted = false }) => !muted)) {
      told.push({ audience: source.name, versions: await toldAbout(customerId, source) });
    }
    return { customerId, events: arrived.sort((a, b) => a.at - b.at).map(({ event }) => event), published, told };
  } finally {
    await sources.close();
  }
};

const toldAbout = async (
  customerId: string,
  { records, decode }: AudienceSource,
): Promise<AudienceStory['versions']> => {
  const versions: AudienceStory['versions'][number][] = [];
  for await (const { key, value, headers } of records) {
    if (key?.toString() !== customerId) continue;
    const event = value && ((await decode(value)) as (AudienceEvent & Partial<FraudProfileUpdated>) | null);
    const shared = event?.sharedWith?.map(({ kind, customers }) => `${kind} with ${customers}`).join(', ') ?? '';
    versions.push({ version: event?.version ?? versionOfTombstone(headers) ?? NaN, gone: event === null, shared });
  }
  return versions;
};

const MOST_LINES = 12;

export const storyLines = ({ customerId, events, published, told }: Story, paint: Paint): string[] => {
  const profile = published.at(-1)?.profile;
  const who = profile?.party?.organizationName ?? [profile?.party?.givenName, profile?.party?.familyName].join(' ');
  const title = (text: string, aside: string): string => `  ${paint('bold', text)}  ${paint('dim', aside)}`;
  return [
    '',
    `  ${paint(['bold', 'cyan'], `The story of ${customerId}`)}  ${harmless(who)}`,
    '',
    title('What arrived', 'in order of arrival'),
    ...shortened(arrivals(events, paint)),
    '',
    title('What it became', 'one document in MongoDB'),
    ...(profile ? profileLines(profile) : []),
    '',
    title('What was published', 'each version once, naming the one before'),
    ...shortened(published.map((event) => publishedLine(event, paint))),
    '',
    title('What each audience was told', 'a version only when its own view changed'),
    ...told.map((each) => toldLine(each, paint)),
    ...shortened(told.flatMap(sharedLines)),
    '',
  ].map((line) => line.trimEnd());
};

const shortened = (lines: readonly string[]): string[] =>
  lines.length <= MOST_LINES
    ? [...lines]
    : [...lines.slice(0, MOST_LINES - 1), `    … and ${lines.length - MOST_LINES + 1} more`];

const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

const arrivals = (events: readonly InputEvent[], paint: Paint): string[] => {
  const seen = new Set<string>();
  const versions = new Map<string, number>();
  let latest = 0;
  return events.map((input) => {
    const { eventId, occurredAt } = input.event;
    const isAgain = seen.has(eventId);
    const isLate = occurredAt < latest;
    const remark = isAgain ? 'again: a duplicate' : (correctionOf(input, versions) ?? (isLate ? 'late' : ''));
    seen.add(eventId);
    latest = Math.max(latest, occurredAt);
    const text = clipped(`${day(occurredAt)}  ${said(input)}`, WIDTH - 8 - remark.length);
    return `    ${text}${remark ? `  ${paint('yellow', `← ${remark}`)}` : ''}`;
  });
};

/** What a version says of one that was seen before. */
const correctionOf = ({ type, event }: InputEvent, versions: Map<string, number>): string | null => {
  if (type !== 'OrderFinalized') return null;
  const known = versions.get(event.orderId);
  versions.set(event.orderId, Math.max(known ?? 0, event.orderVersion));
  if (known === undefined) return null;
  if (event.orderVersion > known) return `corrects v${known}`;
  return event.orderVersion === known ? 'a tie: the later wins' : 'late: already corrected';
};

const said = ({ type, event }: InputEvent): string => {
  if (type === 'ProfileCommand') {
    const { link = '', customers } = event.parameters;
    return customers === undefined ? `no ${kindOf(link)} any more` : `${kindOf(link)} shared with ${customers} others`;
  }
  if (type === 'PrivacyRequested') return `${event.kind} asked for`;
  if (type === 'ContractSigned') return `contract ${event.agreementId} v${event.agreementVersion} signed`;
  const items = event.items.map(
    ({ action, offeringName, productId }) => `${action} ${offeringName ?? productId ?? ''}`,
  );
  return `order ${event.orderId} v${event.orderVersion} ${event.state}: ${items.join(', ')}`;
};

const amount = ({ currency, minorUnits }: Money): string => `${(minorUnits / 100).toFixed(2)} ${currency}`;

const profileLines = (profile: CustomerProfile): string[] => {
  const { status, contactMediums, agreements, products, orderSummary, segments } = profile;
  const active = products.filter((product) => product.status === 'active');
  const reach = contactMediums
    .filter(({ preferred, mediumType }) => preferred && mediumType !== 'postalAddress')
    .map(({ emailAddress, phoneNumber }) => emailAddress ?? phoneNumber);
  const orders = Object.entries(orderSummary.countsByState).map(([state, count]) => `${count} ${state}`);
  return [
    ['status', status],
    ['reach', reach.join(', ')],
    ['agreements', agreements.map(({ agreementId }) => agreementId).join(', ')],
    ['holds', active.map(({ offeringName, productId }) => offeringName ?? productId).join(', ') || 'nothing'],
    ['segments', segments.join(', ') || 'none'],
    ['orders', `${orders.join(', ')}; worth ${orderSummary.lifetimeValue.map(amount).join(', ') || 'nothing'}`],
  ].map(([name = '', text = '']) => clipped(`    ${name.padEnd(12)}${harmless(text)}`, WIDTH));
};

/** `marketing   1, 4, forget at 6, 9` */
const toldLine = ({ audience, versions }: AudienceStory, paint: Paint): string => {
  const said = versions.map(({ version, gone }) => (gone ? `forget at ${version}` : String(version)));
  const text = clipped(said.join(', ') || 'nothing: it may not see this customer', WIDTH - 4 - 12);
  return `    ${paint('cyan', audience.padEnd(12))}${text}`;
};

/** Each time that it is told anew how many others share something. */
const sharedLines = ({ versions }: AudienceStory): string[] =>
  versions.flatMap(({ version, shared }, at) =>
    shared === (versions[at - 1]?.shared ?? '')
      ? []
      : [clipped(`${' '.repeat(16)}from ${version}: shares ${shared || 'nothing any more'}`, WIDTH)],
  );

const publishedLine = (
  { version, previousVersion, changeType, causes, changedPaths }: CustomerUpdated,
  paint: Paint,
): string => {
  const head = `${previousVersion} → ${version}`.padEnd(9);
  const because = `${causes.length} ${causes.length === 1 ? 'event' : 'events'}`;
  const tops = [...new Set(changedPaths.map((path) => path.split('.')[0]))].join(', ') || 'nothing that shows';
  const tail = clipped(`${because.padEnd(9)}  ${tops}`, WIDTH - 4 - 9 - 15);
  return `    ${head}${paint('cyan', changeType.padEnd(15))}${tail}`;
};
