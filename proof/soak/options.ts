/** What a soak is told on its command line. */
import { parseArgs } from 'node:util';
import { wholeNumber } from '../../src/commands/command.ts';
import { ProfileError } from '../../src/errors.ts';

export interface Options {
  /** Of steady load, warm-up included. */
  readonly minutes: number;
  readonly seed: number;
  /** Of the maximum that was measured. */
  readonly share: number;
  readonly members: number;
  /** Of one generation. */
  readonly customers: number;
  /** Messages that wait for the members when they start: the maximum is measured on them. */
  readonly backlog: number;
  /** Messages that verification looks at, at the most. */
  readonly verified: number;
  /** File for the report as JSON. */
  readonly out: string | undefined;
}

export const PARTITIONS = 6;

/** Throws USAGE. */
export const readOptions = (args: readonly string[]): Options => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string', default: '60' },
      seed: { type: 'string', default: '1' },
      share: { type: 'string', default: '0.5' },
      members: { type: 'string', default: '1' },
      customers: { type: 'string', default: '20000' },
      backlog: { type: 'string', default: '120000' },
      verified: { type: 'string', default: '3000000' },
      out: { type: 'string' },
    },
  });
  const share = Number(values.share);
  if (!(share > 0 && share <= 1)) throw new ProfileError('USAGE', '--share takes a number above 0, up to 1');
  const members = wholeNumber('--members', 1)(values.members);
  if (members > PARTITIONS) throw new ProfileError('USAGE', `--members takes ${PARTITIONS} at the most`);
  return {
    minutes: wholeNumber('--minutes', 1)(values.minutes),
    seed: wholeNumber('--seed')(values.seed),
    share,
    members,
    customers: wholeNumber('--customers', 1)(values.customers),
    backlog: wholeNumber('--backlog', 1000)(values.backlog),
    verified: wholeNumber('--verified', 1)(values.verified),
    out: values.out,
  };
};
