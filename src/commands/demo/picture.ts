/** The state of the demo as lines of at most 80 columns. */
import type { styleText } from 'node:util';
import type { Readiness } from '../../operations/health.ts';
import type { Tally } from './tally.ts';

export type Paint = (format: Parameters<typeof styleText>[0], text: string) => string;

export interface DemoState {
  readonly phase: string;
  readonly seconds: number;
  readonly events: number;
  readonly tally: Tally;
  /** Messages a second. */
  readonly rate: number;
  /** Messages that wait; null when it is not known. */
  readonly lag: number | null;
  readonly profiles: number;
  readonly readiness: Readiness;
}

export const WIDTH = 79;
const LABEL = 14;
const BAR = 30;

const number = (value: number): string => value.toLocaleString('en');

export const picture = (state: DemoState, paint: Paint): string[] => {
  const { tally, readiness } = state;
  const done = Math.min(1, tally.consumed / Math.max(state.events, tally.sent));
  const filled = Math.round(done * BAR);
  const bar = paint('green', '█'.repeat(filled)) + paint('dim', '░'.repeat(BAR - filled));
  const row = (label: string, ...texts: string[]): string =>
    `  ${paint('dim', label.padEnd(LABEL))}${texts.map((text) => text.padEnd(22)).join('')}`.trimEnd();
  return [
    paint('dim', '─'.repeat(WIDTH)),
    `  ${paint('bold', 'Customer Profile Stream')}  ${state.phase}, ${Math.round(state.seconds)} s`,
    '',
    `  ${paint('dim', 'events'.padEnd(LABEL))}${bar}  ${number(tally.consumed)} of ${number(Math.max(state.events, tally.sent))}`,
    row('rate', `${number(state.rate)} / s`, `lag ${state.lag === null ? 'unknown' : number(state.lag)}`),
    row('profiles', number(state.profiles), `published ${number(tally.published)} versions`),
    row('applied', number(tally.applied), `changed nothing ${number(tally.unchanged)}`),
    ...deadLetters(tally.refused).map((text, i) => row(i === 0 ? 'dead letters' : '', text)),
    row('tasks', clipped(tasks(readiness), WIDTH - LABEL - 2)),
    row('health', health(readiness, tally, paint)),
    paint('dim', '─'.repeat(WIDTH)),
  ];
};

/** The same as one line, for a log. */
export const plainLine = ({ seconds, tally, rate, lag, profiles, readiness }: DemoState): string =>
  [
    `${Math.round(seconds)} s: ${tally.consumed} events (${rate} / s)`,
    `lag ${lag ?? 'unknown'}`,
    readiness.status === 'ready' ? `${profiles} profiles` : readiness.status,
    `${tally.published} versions`,
    `${total(tally.refused)} dead letters`,
  ].join(', ');

const total = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

/** The total and every reason, wrapped. */
export const deadLetters = (refused: Readonly<Record<string, number>>): string[] => {
  const reasons = Object.entries(refused)
    .sort(([a, x], [b, y]) => y - x || a.localeCompare(b))
    .map(([reason, count]) => `${reason} ${count}`);
  const lines: string[] = [number(total(refused))];
  for (const reason of reasons) {
    const last = lines.at(-1) ?? '';
    if (last.length + reason.length + 3 > WIDTH - LABEL - 2) lines.push(reason);
    else lines[lines.length - 1] = `${last}${lines.length === 1 && !last.includes(' ') ? '   ' : ' · '}${reason}`;
  }
  return lines;
};

const tasks = ({ tasks: all }: Readiness): string => {
  const states = Map.groupBy(all, ({ state }) => state);
  return [...states].map(([state, members]) => `${members.length} ${state}`).join(', ') || 'none yet';
};

const health = ({ status, reasons }: Readiness, { recoveries }: Tally, paint: Paint): string => {
  const why = reasons.length > 0 ? `: ${reasons.join(', ')}` : '';
  const recovered = recoveries > 0 ? `, ${recoveries} ${recoveries === 1 ? 'recovery' : 'recoveries'}` : '';
  return paint(status === 'ready' ? 'green' : 'yellow', clipped(`${status}${recovered}${why}`, WIDTH - LABEL - 2));
};

export const clipped = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, width - 1)}…`;
