/** Steps of a counterexample in words. */
import { type Document, type Member, NOWHERE, offsetIn, type Position, type State } from './state.ts';
import type { Step } from './step.ts';
import { TOPICS } from './world.ts';

/** `names`: of the members, by slot. */
export const describe = (names: readonly string[], from: State, { name: step, by, to }: Step): string => {
  const before = from.members[by];
  const after = to.members[by];
  const details =
    before === undefined || after === undefined ? ofWorld(names, to, step) : ofMember(before, after, step);
  return `${(names[by] ?? '').padEnd(8)} ${step.padEnd(15)} ${details}`.trimEnd();
};

const ofWorld = (names: readonly string[], { document, committed, members }: State, step: Step['name']): string =>
  step === 'rebalanced'
    ? `the task is given to ${names[members.findIndex(({ assigned }) => assigned)] ?? 'nobody'}`
    : `document ${textOf(document)}, committed ${positionOf(committed)}`;

const ofMember = (before: Member, after: Member, step: Step['name']): string => {
  switch (step) {
    case 'epoch-taken':
    case 'epoch-confirmed':
      return `epoch ${after.epoch}`;
    case 'fenced':
      return `Kafka epoch ${after.kafkaEpoch}`;
    case 'offsets-read':
      return positionOf(after.position);
    case 'merged':
      return `${batchOf(after)} into ${textOf(after.before)}: ${intentOf(after)}`;
    case 'saved':
      return textOf(before.after);
    case 'sent':
      return `publishes version ${(before.after ?? before.before)?.version ?? 0}, the offsets do not move yet`;
    case 'committed':
      return `${topicOf(before.topic)} to ${before.to}, ${publicationOf(before)}`;
    case 'newer epoch met':
    case 'conflict':
    case 'commit refused':
    case 'crashed':
      return `in epoch ${before.epoch}, after ${before.stage}`;
    case 'asked':
    case 'overtaken':
    case 'let go':
    case 'replicated':
    case 'failover':
    case 'rewound':
    case 'skipped':
    case 'rebalanced':
      return '';
  }
};

const topicOf = (topic: number): string => TOPICS[topic] ?? '?';

const positionOf = (position: Position): string =>
  position === NOWHERE ? 'none' : TOPICS.map((topic, number) => `${topic} ${offsetIn(position, number)}`).join(', ');

const batchOf = ({ topic, to, refused }: Member): string => {
  const records = `${topicOf(topic)} up to ${to}`;
  return refused === 0
    ? records
    : `${records} (refused: ${offsetsOf(refused)
        .map((offset) => topicOf(topic) + String(offset))
        .join(', ')})`;
};

const offsetsOf = (bits: number): number[] => [0, 1, 2, 3].filter((offset) => ((bits >> offset) & 1) === 1);

const intentOf = ({ before, after, publish }: Member): string => {
  if (after === null) return publish ? 'to publish as it is' : 'nothing to do';
  const write =
    before !== null && after.version === before.version
      ? `to claim for epoch ${after.epoch}`
      : `to save ${textOf(after)}`;
  return publish ? write : `${write}, silently`;
};

const publicationOf = ({ before, after, publish }: Member): string => {
  const document = after ?? before;
  if (!publish || document === null) return 'publishes nothing';
  return `publishes version ${document.version} after ${document.previousVersion}, paths ${document.pending.toString(2)}`;
};

const textOf = (document: Document | null): string => {
  if (document === null) return 'nothing';
  const { version, topic, offset, epoch, previousVersion } = document;
  if (version === 0) return `a stub of epoch ${epoch}`;
  return `version ${version} (marker ${topicOf(topic)}${offset}, previous ${previousVersion}, epoch ${epoch})`;
};
