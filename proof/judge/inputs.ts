/** The log of inputs, judged record by record: every one is to be applied or to be refused. */
import { type InputType, isInternal } from './contracts.ts';
import type { Find } from './findings.ts';
import { createLinkLog, type LinkLog } from './link-log.ts';
import { type Decisions, isOf, isRetention } from './decisions.ts';
import { createRouteCheck } from './routes.ts';
import { customerOf, inputOf, sentAt, verdictOf } from './verdict.ts';
import type { PersonalData } from './personal-data.ts';
import { textOf, type Tree } from './read.ts';
import type { Evidence, JudgeSettings, LogRecord } from './types.ts';

/** A refused record, and what a dead letter of it must say. */
export interface RefusedInput {
  readonly record: LogRecord;
  readonly reason: string;
  readonly field: string | null;
  /** The customers that its key and its value name. */
  readonly concerns: readonly string[];
  /** When upstream sent it, ms. */
  readonly sentAt: number;
}

/** A record without its headers, of which no account is taken but for these. */
export interface AcceptedRecord extends LogRecord {
  /** When the record was written; `timestamp` is when upstream sent it. */
  readonly arrivedAt: number;
  /** How often it had been refused before. */
  readonly attempts: number;
}

export interface Inputs {
  /** Of others. */
  readonly count: number;
  readonly applied: number;
  /** The accepted ones by which links are counted. */
  readonly links: LinkLog;
  readonly commands: number;
  /** Of rekeyed inputs. */
  readonly sentOn: number;
  /** Accepted records by customer, still encoded: a decoded event takes many times the memory. */
  readonly accepted: ReadonlyMap<string, readonly AcceptedRecord[]>;
  /** Of whom others have said anything that is to be applied. */
  readonly known: ReadonlySet<string>;
  /** Those by which they are erased, as they were read: requests, and commands of retention that were decided so. */
  readonly erasures: ReadonlyMap<string, readonly LogRecord[]>;
  /** Who was moved to the archive at some time. */
  readonly archived: ReadonlySet<string>;
  /** By coordinates. */
  readonly refused: ReadonlyMap<string, RefusedInput>;
  /** The offset behind the last record, by `<topic>:<partition>`. */
  readonly ends: ReadonlyMap<string, number>;
}

export const place = ({ topic, partition }: Pick<LogRecord, 'topic' | 'partition'>): string => `${topic}:${partition}`;

export const coordinates = (record: Pick<LogRecord, 'topic' | 'partition' | 'offset'>): string =>
  `${place(record)}:${record.offset}`;

export const readInputs = async (
  records: Evidence['inputs'],
  settings: JudgeSettings,
  personalData: PersonalData,
  decisions: Decisions,
  find: Find,
): Promise<Inputs> => {
  const links = createLinkLog(find);
  const accepted = new Map<string, AcceptedRecord[]>();
  const customers = new Set<string>();
  const erasures = new Map<string, LogRecord[]>();
  const archived = new Set<string>();
  const unasked = new Set(decisions.keys());
  const refused = new Map<string, RefusedInput>();
  const ends = new Map<string, number>();
  let count = 0;
  let applied = 0;
  let commands = 0;
  let sentOn = 0;
  const routes = createRouteCheck(settings, find);
  for await (const record of records) {
    const { type, keyed } = inputOf(record.topic, settings);
    const isOfOthers = !isInternal(type) && keyed !== 'anew';
    if (isOfOthers) count += 1;
    if (keyed === 'anew') routes.arrived(record);
    ends.set(place(record), record.offset + 1);
    const verdict = verdictOf(record, settings);
    if (verdict.event !== undefined) personalData.collect(verdict.event);
    if (keyed === 'otherwise' && verdict.kind === 'applied') {
      applied += 1;
      routes.accepted(record, textOf(verdict.event, 'customerId') ?? '');
      continue;
    }
    const customerId = customerOf(record);
    if (verdict.kind === 'refused' || customerId === null) {
      const { reason = '', field = null } = verdict.kind === 'refused' ? verdict : {};
      const named = [customerId, textOf(verdict.event, 'customerId')];
      const concerns = [...new Set(named.filter((each) => each !== null))];
      refused.set(coordinates(record), { record, reason, field, concerns, sentAt: sentAt(record, keyed) });
      continue;
    }
    if (verdict.type === 'CustomerLink') {
      links.add(record, verdict.event);
      continue;
    }
    if (isOfOthers) applied += 1;
    else if (keyed === 'anew') sentOn += 1;
    else commands += 1;
    if (!isInternal(type)) customers.add(customerId);
    const commandId = isRetention(verdict.event) ? (textOf(verdict.event, 'eventId') ?? '') : null;
    const decision = commandId === null ? undefined : decisions.get(commandId);
    if (commandId !== null) unasked.delete(commandId);
    if (isErasure(verdict) || isOf(decision, 'erased')) append(erasures, customerId, record);
    if (isOf(decision, 'archived')) archived.add(customerId);
    append(accepted, customerId, {
      ...{ ...record, timestamp: sentAt(record, keyed), headers: NO_HEADERS },
      ...{ arrivedAt: record.timestamp, attempts: attemptsIn(record) },
    });
  }
  routes.finish();
  for (const commandId of unasked) find('retention-unasked', null, commandId);
  return { count, applied, links, commands, sentOn, accepted, known: customers, erasures, archived, refused, ends };
};

/** The last header counts: whoever adds one that is there already comes after. */
export const attemptsIn = ({ headers }: Pick<LogRecord, 'headers'>): number => {
  const attempts = Number([headers['dlq-attempt']].flat().at(-1)?.toString());
  return Number.isSafeInteger(attempts) && attempts > 0 ? attempts : 0;
};

const isErasure = ({ type, event }: { type: InputType; event: Tree }): boolean =>
  type === 'PrivacyRequested' && textOf(event, 'kind') === 'erase';

const append = <T>(lists: Map<string, T[]>, customerId: string, item: T): void => {
  const known = lists.get(customerId);
  if (known === undefined) lists.set(customerId, [item]);
  else known.push(item);
};

const NO_HEADERS = {};
