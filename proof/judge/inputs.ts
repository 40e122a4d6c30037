/** The log of inputs, judged record by record: every one is to be applied or to be refused. */
import { isInternal } from './contracts.ts';
import type { Find } from './findings.ts';
import { createLinkLog, type LinkLog } from './link-log.ts';
import { createRouteCheck } from './routes.ts';
import { customerOf, inputOf, sentAt, verdictOf } from './verdict.ts';
import type { PersonalData } from './personal-data.ts';
import { textOf } from './read.ts';
import type { Evidence, JudgeSettings, LogRecord } from './types.ts';

/** A refused record, and what a dead letter of it must say. */
export interface RefusedInput {
  readonly record: LogRecord;
  readonly reason: string;
  readonly field: string | null;
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
  readonly accepted: ReadonlyMap<string, readonly LogRecord[]>;
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
  find: Find,
): Promise<Inputs> => {
  const links = createLinkLog(find);
  const accepted = new Map<string, LogRecord[]>();
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
      refused.set(coordinates(record), { record, reason, field });
      continue;
    }
    if (verdict.type === 'CustomerLink') {
      links.add(record, verdict.event);
      continue;
    }
    if (isOfOthers) applied += 1;
    else if (keyed === 'anew') sentOn += 1;
    else commands += 1;
    const known = accepted.get(customerId);
    // What else the headers say is of no account.
    const kept: LogRecord = { ...record, timestamp: sentAt(record, keyed), headers: NO_HEADERS };
    if (known === undefined) accepted.set(customerId, [kept]);
    else known.push(kept);
  }
  routes.finish();
  return { count, applied, links, commands, sentOn, accepted, refused, ends };
};

const NO_HEADERS = {};
