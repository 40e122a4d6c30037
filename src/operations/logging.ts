/**
 * The log: one line a change of state, as JSON. `error`: a person must look; `warn`: it waits or recovers by itself;
 * `info`: joined, opened, closed; `debug`: every batch as well. Only the fields listed here can be logged, so that no
 * customer's data gets in by accident, wherever a line comes from.
 */
import { type DestinationStream, pino } from 'pino';
import type { ErrorCode } from '../errors.ts';
import type { Observer, PipelineEvent } from '../pipeline/observer.ts';

/** Numbers, closed lists and names of our own; nothing that a message or a document brought along. */
const LOGGABLE = new Set([
  ...['group', 'topic', 'partition', 'partitions', 'state', 'step', 'reason', 'cause', 'kind', 'code', 'count', 'ms'],
  ...[
    'at',
    'consumed',
    'applied',
    'unchanged',
    'stale',
    'refused',
    'published',
    'letters',
    'erased',
    'moved',
    'stages',
    'port',
    'signal',
    'version',
    'brokers',
    'rules',
    'digest',
  ],
]);

type Level = 'error' | 'warn' | 'info' | 'debug';

/** Narrower than pino's logger on purpose: no errors, no child loggers, and of `fields` only what is listed. */
export type Log = Readonly<Record<Level, (message: string, fields?: object) => void>>;

export const createLogger = (level: string, destination?: DestinationStream): Log => {
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination ?? pino.destination({ dest: 1, sync: true }),
  );
  const write =
    (at: Level) =>
    (message: string, fields: object = {}) =>
      logger[at](allowed(fields), message);
  return { error: write('error'), warn: write('warn'), info: write('info'), debug: write('debug') };
};

const allowed = (fields: object): object =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => LOGGABLE.has(name)));

/** Waiting for these is what the software is built for; anything else that stops a task deserves a look. */
const RECOVERS_BY_ITSELF: readonly (ErrorCode | undefined)[] = ['FENCED', 'CONFLICT', 'CLOSED'];

const line = (event: PipelineEvent): readonly [Level, string] | null => {
  switch (event.type) {
    case 'rebalancing':
      return ['debug', 'rebalance begins'];
    case 'assigned':
      return ['info', 'joined the group'];
    case 'unassigned':
      return ['warn', 'out of the group'];
    case 'task-state':
      return event.state === 'waiting' ? ['warn', 'task waits'] : ['info', `task ${event.state}`];
    case 'batch':
      return ['debug', 'batch committed'];
    case 'swept':
      return [event.erased > 0 ? 'info' : 'debug', 'dead letters swept'];
    case 'recovery':
      return [RECOVERS_BY_ITSELF.includes(event.cause) ? 'info' : 'warn', 'task recovers'];
    case 'incident':
      return ['error', 'incident'];
    case 'step':
      return null;
  }
};

export const logObserver =
  (log: Log): Observer =>
  (event) => {
    const written = line(event);
    if (written) log[written[0]](written[1], event);
    if (event.type === 'recovery' && event.cause === 'UNEXPECTED') {
      log.error('a defect of ours', { partition: event.partition, at: framesOf(event.error) });
    }
  };

/** Where an error comes from. Its message may quote what it met, so that only the frames are told. */
const framesOf = (error: unknown): string[] => {
  if (!(error instanceof Error) || error.stack === undefined) return [];
  const frames = error.stack.split(error.message || '\n').at(-1) ?? '';
  return frames.split('\n').filter((frame) => frame.startsWith('    at '));
};
