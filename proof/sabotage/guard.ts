/** A guard of the protocol, how it is removed, and the test that must notice. */
import type { Rule } from './rules.ts';

/** Replaces `find`, which must occur exactly once: a refactoring that moves a guard has to take its sabotage along. */
export interface Edit {
  /** Path below the project; below `node_modules/kafkajs` for what `patches/` changes. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

export interface Guard {
  /** What is wrong once it is removed, as a sentence; unique. */
  readonly name: string;
  readonly rule: Rule;
  /** In order. Several where one alone would change nothing, since another place guards the same. */
  readonly edits: readonly Edit[];
  readonly caughtBy: {
    readonly file: string;
    /** Part of the test's name as it is written in the file: without what `it.each` puts in. */
    readonly test: string;
  };
}

/** The Jest project of a test file. */
export const projectOf = (file: string): 'unit' | 'integration' =>
  /^test\/(integration|faults)\//.test(file) ? 'integration' : 'unit';

/** Kafka, MongoDB and the registry. */
export const needsServers = ({ caughtBy: { file } }: Guard): boolean => projectOf(file) === 'integration';

/** One file as it is and as the sabotage leaves it. */
export interface Sabotaged {
  readonly file: string;
  readonly before: string;
  readonly after: string;
}

/** What the guard's removal makes of the files that `read` gives. Throws when a text is not there exactly once, or stays as it was. */
export const sabotage = ({ name, edits }: Guard, read: (file: string) => string): Sabotaged[] => {
  const files = new Map<string, Sabotaged>();
  for (const { file, find, replace } of edits) {
    const { before, after } = files.get(file) ?? unchanged(file, read(file));
    const [head, tail, ...more] = after.split(find);
    if (head === undefined || tail === undefined || more.length > 0) {
      throw new Error(`"${name}": its text occurs ${after.split(find).length - 1} times in ${file}, not once`);
    }
    files.set(file, { file, before, after: head + replace + tail });
  }
  const sabotaged = [...files.values()];
  const idle = sabotaged.find(({ before, after }) => before === after);
  if (sabotaged.length === 0 || idle !== undefined) throw new Error(`"${name}" changes nothing`);
  return sabotaged;
};

const unchanged = (file: string, text: string): Sabotaged => ({ file, before: text, after: text });
