/** The log of inputs, judged record by record: every one is to be applied or to be refused. */
import { isInternal } from './contracts.ts';
import type { Find } from './findings.ts';
import { createLinkLog, type LinkLog } from './link-log.ts';
import { customerOf, typeOf, verdictOf } from './verdict.ts';
import type { PersonalData } from './personal-data.ts';
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
  for await (const record of records) {
    const isOurs = isInternal(typeOf(record.topic, settings.prefix));
    if (!isOurs) count += 1;
    ends.set(place(record), record.offset + 1);
    const verdict = verdictOf(record, settings);
    if (verdict.event !== undefined) personalData.collect(verdict.event);
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
    if (isOurs) commands += 1;
    else applied += 1;
    const known = accepted.get(customerId);
    // What the headers say is of no account.
    const kept: LogRecord = { ...record, headers: NO_HEADERS };
    if (known === undefined) accepted.set(customerId, [kept]);
    else known.push(kept);
  }
  return { count, applied, links, commands, accepted, refused, ends };
};

const NO_HEADERS = {};
