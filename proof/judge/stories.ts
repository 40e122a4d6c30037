/** The full story of a customer: what came in, what went out, what is kept. Identifiers, coordinates and versions; no personal data. */
import { type Audience, AUDIENCES } from './contracts.ts';
import type { CustomersEvidence } from './customers.ts';
import type { Letters } from './dead-letters.ts';
import type { Told } from './heard.ts';
import { coordinates } from './inputs.ts';
import type { Said } from './link-log.ts';
import type { Published } from './published.ts';
import { numberOf, textOf } from './read.ts';
import type { JudgeSettings, LogRecord, StoredDocument, Story } from './types.ts';
import { customerOf, verdictOf } from './verdict.ts';

/** What is remembered of a document. */
export type Outline = Pick<StoredDocument, 'version' | 'previousVersion' | 'epoch' | 'marker'>;

export const storyOf = (
  customerId: string,
  { inputs, letters, outputs, aborted }: CustomersEvidence,
  outline: Outline | undefined,
  settings: JudgeSettings,
): Story => {
  const accepted = inputs.accepted.get(customerId) ?? [];
  const refused = [...inputs.refused.values()].map(({ record }) => record);
  const arrived = [...accepted, ...refused.filter((record) => customerOf(record) === customerId)];
  const published = outputs.chains.get(customerId)?.versions ?? [];
  const tried = aborted.byCustomer.get(customerId) ?? [];
  const sent = [
    ...published.map((each) => [each, 'published'] as const),
    ...tried.map((each) => [each, 'aborted'] as const),
  ].sort(([a], [b]) => a.partition - b.partition || a.offset - b.offset);
  const told = AUDIENCES.flatMap((audience) => [
    ...outputs.heard.of(audience, customerId).map((each) => toldLine(audience, each, 'told')),
    ...(aborted.told.get(audience)?.get(customerId) ?? []).map((each) => toldLine(audience, each, 'nearly told')),
  ]);
  return {
    customerId,
    lines: [
      ...arrived.sort(byPlace).map((record) => inputLine(record, letters, settings)),
      ...inputs.links.of(customerId).map(linkLine),
      ...sent.map(([each, how]) => outputLine(each, how)),
      ...told,
      documentLine(outline),
    ],
  };
};

const byPlace = (a: LogRecord, b: LogRecord): number =>
  a.topic.localeCompare(b.topic) || a.partition - b.partition || a.offset - b.offset;

const inputLine = (record: LogRecord, { refused }: Letters, settings: JudgeSettings): string => {
  const verdict = verdictOf(record, settings);
  const later = refused.get(coordinates(record));
  const arrived = `input ${coordinates(record)} recorded ${time(record.timestamp)}`;
  if (verdict.kind === 'refused') return `${arrived}: refused, ${verdict.reason} ${verdict.field ?? ''}`.trimEnd();
  if (later !== undefined) return `${arrived}: refused, ${later}`;
  const { event } = verdict;
  const { parameters } = event;
  const described = textOf(event, 'orderId') ?? textOf(event, 'agreementId') ?? textOf(parameters, 'link') ?? '';
  const version =
    numberOf(event, 'orderVersion') ?? numberOf(event, 'agreementVersion') ?? Number(textOf(parameters, 'version'));
  const said = `event ${textOf(event, 'eventId') ?? ''} of ${time(numberOf(event, 'occurredAt') ?? 0)}`;
  return `${arrived}: applied, ${said}, ${verdict.type} ${described} version ${version}`;
};

const linkLine = ({ home, offset, version, linked, link }: Said): string =>
  `said ${home}:${offset} with version ${version}: ${linked ? 'has' : 'has no more'} ${link}`;

const outputLine = (published: Published, how: string): string => {
  const { partition, offset, previousVersion, version, changeType, causes } = published;
  if (previousVersion === null) return `${how} ${partition}:${offset}: nothing as of ${version}`;
  return `${how} ${partition}:${offset}: ${previousVersion} → ${version}, ${changeType ?? ''}, caused by ${causes.join(', ')}`;
};

const toldLine = (
  audience: Audience,
  { key, name, partition, offset, previousVersion, version }: Told,
  how: string,
): string =>
  `${how} ${audience}${key === null ? '' : ` as ${name}`} ${partition}:${offset}: ${previousVersion === null ? `nothing as of ${version}` : `${previousVersion} → ${version}`}`;

const documentLine = (outline: Outline | undefined): string => {
  if (outline === undefined) return 'no document';
  const { version, previousVersion, epoch, marker } = outline;
  const marked = `${textOf(marker, 'topic') ?? 'none'}:${numberOf(marker, 'offset') ?? ''}`;
  return `document version ${String(version)}, previousVersion ${String(previousVersion)}, epoch ${String(epoch)}, marker ${marked}`;
};

const time = (ms: number): string => {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? String(ms) : date.toISOString();
};
