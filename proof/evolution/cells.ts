/** One cell of readers × writers: what the reader makes of the writer's values, held against what it must make of them. */
import type { Compatibility } from '../../src/domain/contracts.ts';
import type { Generation } from './generations.ts';
import { type Note, resolution, Unreadable } from './resolution.ts';
import { typeOf } from './schema.ts';

/** Reads a value of the writer; throws when it cannot, with the reason as the message. */
export type Reading = (writer: Generation, body: Buffer) => unknown;

export interface Cell {
  readonly outcome: 'read' | 'refused';
  /** Where the reader did something else than the rules of resolution say; empty when it did not. */
  readonly faults: readonly string[];
  /** Why values were refused. */
  readonly reasons: ReadonlySet<string>;
  readonly notes: Readonly<Record<Note, number>>;
}

/** Whether the compatibility promises that the reader reads the writer. The generations come in order, the oldest first. */
export const isPromised = (
  compatibility: Compatibility,
  generations: readonly Generation[],
  reader: Generation,
  writer: Generation,
): boolean => compatibility === 'FULL_TRANSITIVE' || generations.indexOf(reader) >= generations.indexOf(writer);

export const judgeCell = (reader: Generation, writer: Generation, read: Reading, values: readonly object[]): Cell => {
  const notes: Record<Note, number> = { filled: 0, forgotten: 0, dropped: 0 };
  const hear = hearing(reader, writer, (what) => void (notes[what] += 1));
  const write = typeOf(writer.schema);
  const faults: string[] = [];
  const reasons = new Set<string>();
  for (const [index, value] of values.entries()) {
    const expected = hear?.(value);
    try {
      const heard = read(writer, write.toBuffer(value));
      if (!hear) faults.push(`value ${index} was read and cannot be`);
      else if (JSON.stringify(heard) !== JSON.stringify(expected)) faults.push(`value ${index} was read as another`);
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'no error';
      reasons.add(reason);
      if (hear) faults.push(`value ${index} was refused: ${reason}`);
    }
  }
  return { outcome: hear ? 'read' : 'refused', faults, reasons, notes };
};

const hearing = (reader: Generation, writer: Generation, note: (what: Note) => void) => {
  try {
    return resolution(reader.schema, writer.schema, note);
  } catch (error) {
    if (error instanceof Unreadable) return null;
    throw error;
  }
};
