/** What `topics` would change. */
import type { Topic } from '../domain/contracts.ts';
import { ProfileError } from '../errors.ts';
import { type ConfigDifference, differences, type TopicState } from './checks.ts';

export interface TopicToCreate {
  readonly topic: string;
  readonly partitions: number;
  /** -1: as the brokers have it by default. */
  readonly replicationFactor: number;
  readonly configs: Readonly<Record<string, string>>;
}

export interface TopicPlan {
  readonly partitions: number;
  readonly create: readonly TopicToCreate[];
  /** Existing topics that are not configured as declared; shown, never changed. */
  readonly differing: readonly (ConfigDifference & { readonly topic: string })[];
}

export interface TopicChoices {
  /** Needed only where no topic exists yet. */
  readonly partitions?: number | undefined;
  readonly replicationFactor?: number | undefined;
}

const DEFAULT_PARTITIONS = 12;

/** Existing topics decide the partition count. Throws TOPIC_MISMATCH where counts are unequal, or another is asked for. */
export const planTopics = (
  declared: readonly Topic[],
  found: readonly TopicState[],
  choices: TopicChoices = {},
): TopicPlan => {
  const states = new Map(found.map((state) => [state.topic, state]));
  const partitions = partitionCount(found, choices.partitions);
  const replicationFactor = choices.replicationFactor ?? -1;
  return {
    partitions,
    create: declared
      .filter(({ topic }) => !states.has(topic))
      .map(({ topic, configs }) => ({ topic, partitions, replicationFactor, configs })),
    differing: declared.flatMap(({ topic, configs }) => {
      const state = states.get(topic);
      return state ? differences(configs, state).map((difference) => ({ topic, ...difference })) : [];
    }),
  };
};

const partitionCount = (found: readonly TopicState[], wanted: number | undefined): number => {
  const counts = new Set(found.map(({ partitions }) => partitions));
  if (counts.size > 1) {
    const list = found.map(({ topic, partitions }) => `${topic} ${partitions}`).join(', ');
    throw new ProfileError('TOPIC_MISMATCH', `the topics that exist have unequal partition counts: ${list}`);
  }
  const existing = [...counts][0];
  if (existing !== undefined && wanted !== undefined && existing !== wanted) {
    throw new ProfileError('TOPIC_MISMATCH', `topics with ${existing} partitions exist; ${wanted} would not fit them`);
  }
  return existing ?? wanted ?? DEFAULT_PARTITIONS;
};
