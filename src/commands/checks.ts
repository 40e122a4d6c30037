/** What is checked before a member starts, and by `check`: pure judgements of what the services answered. */
import type { Topic } from '../domain/contracts.ts';
import { type ErrorCode, ProfileError } from '../errors.ts';

/** A topic as it is. */
export interface TopicState {
  readonly topic: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  /** Topic configuration by Kafka's own names. */
  readonly configs: Readonly<Record<string, string>>;
}

export interface Check {
  readonly area: 'settings' | 'kafka' | 'topics' | 'registry' | 'mongodb';
  readonly status: 'ok' | 'warn' | 'fail';
  readonly what: string;
  /** What a person can do about it. */
  readonly todo?: string;
  /** Why a member refuses to start; present on every failure. */
  readonly code?: ErrorCode;
}

const CREATE = 'customer-profile topics';

/** Every declared topic exists, all have the same partition count, and messages fit along the road. */
export const topicChecks = (declared: readonly Topic[], found: readonly TopicState[]): Check[] => {
  const states = new Map(found.map((state) => [state.topic, state]));
  const present = declared.flatMap(({ topic }) => states.get(topic) ?? []);
  const missing = declared.filter(({ topic }) => !states.has(topic));
  return [
    ...missing.map(({ topic }) => failure('topics', 'TOPIC_MISSING', `${topic} does not exist`, CREATE)),
    ...(present.length > 0 ? [partitionCheck(present)] : []),
    ...declared.flatMap((topic) => configChecks(topic, states)),
  ];
};

const partitionCheck = (present: readonly TopicState[]): Check => {
  const counts = new Set(present.map(({ partitions }) => partitions));
  if (counts.size === 1) {
    return {
      area: 'topics',
      status: 'ok',
      what: `${present.length} topics with ${[...counts].join()} partitions each`,
    };
  }
  const list = present.map(({ topic, partitions }) => `${topic} ${partitions}`).join(', ');
  const todo = 'drain and stop the group, then give all topics the highest count';
  return failure('topics', 'TOPIC_MISMATCH', `partition counts differ: ${list}`, todo);
};

const sizeOf = (state: TopicState | undefined): number => Number(state?.configs['max.message.bytes'] ?? Infinity);

/** Configurations that are not as declared are the operator's right, unless messages would be lost or stuck. */
const configChecks = ({ topic, copiedTo, configs }: Topic, states: ReadonlyMap<string, TopicState>): Check[] => {
  const state = states.get(topic);
  if (!state) return [];
  const tooSmall = copiedTo.filter((copy) => sizeOf(states.get(copy)) < sizeOf(state));
  return [
    ...tooSmall.map((copy) => {
      const what = `${copy} takes smaller messages than ${topic}: one that goes there would not fit`;
      return failure('topics', 'TOPIC_MISMATCH', what, 'raise its max.message.bytes');
    }),
    ...differences(configs, state).map(({ name, found, wanted }): Check => ({
      area: 'topics',
      status: 'warn',
      what: `${topic}: ${name} is ${found}, declared ${wanted}`,
      todo: `kafka-configs --alter --topic ${topic} --add-config ${name}=${wanted}, unless it is meant`,
    })),
  ];
};

export interface ConfigDifference {
  readonly name: string;
  readonly found: string;
  readonly wanted: string;
}

/** Where a topic's configuration is not as declared. */
export const differences = (wanted: Topic['configs'], { configs }: TopicState): ConfigDifference[] =>
  Object.entries(wanted).flatMap(([name, value]) => {
    const found = configs[name] ?? 'unknown';
    return found === value ? [] : [{ name, found, wanted: value }];
  });

/** How a subject stands in the registry; the shape that `checkSchemas` of the registry adapter gives. */
export interface SchemaState {
  readonly subject: string;
  readonly state: 'registered' | 'registrable' | 'incompatible';
  readonly reason: string | null;
}

export const schemaChecks = (states: readonly SchemaState[]): Check[] =>
  states.map(({ subject, state, reason }): Check => {
    if (state === 'registered') return { area: 'registry', status: 'ok', what: `${subject} is registered` };
    if (state === 'registrable') {
      return { area: 'registry', status: 'warn', what: `${subject} is not registered as declared`, todo: CREATE };
    }
    const what = `${subject} refuses our schema: ${reason ?? 'no reason given'}`;
    return failure('registry', 'SCHEMA_INCOMPATIBLE', what, 'run the release that fits, or mend the subject');
  });

const OLDEST_MONGODB = 6;

export const mongoChecks = ({ version, writable }: { version: string; writable: boolean }): Check[] => [
  writable
    ? { area: 'mongodb', status: 'ok', what: `version ${version}, takes writes` }
    : failure('mongodb', 'MONGODB_UNAVAILABLE', 'no writable primary', 'look at the replica set'),
  ...(Number.parseInt(version, 10) < OLDEST_MONGODB
    ? [
        {
          area: 'mongodb',
          status: 'warn',
          what: `version ${version} is older than ${OLDEST_MONGODB}`,
          todo: 'upgrade it',
        } as const,
      ]
    : []),
];

/** Who else the database belongs to, and what to do about it. */
export const ownerChecks = (mismatch: string | null, todo: string): Check[] =>
  mismatch === null ? [] : [failure('mongodb', 'GROUP_MISMATCH', mismatch, todo)];

/** The check of a service that could not be asked. */
export const unreachable = (area: Check['area'], error: ProfileError, todo: string): Check =>
  failure(area, error.code, error.message, todo);

/** Throws the first failure's code with everything that failed. */
export const refuseFailures = (checks: readonly Check[]): void => {
  const failed = checks.filter(({ status }) => status === 'fail');
  const code = failed[0]?.code;
  if (code)
    throw new ProfileError(code, failed.map(({ what, todo }) => (todo ? `${what} (${todo})` : what)).join('\n'));
};

const failure = (area: Check['area'], code: ErrorCode, what: string, todo: string): Check => ({
  ...{ area, status: 'fail', what, todo, code },
});
