/** The Confluent wire format: a zero byte, the schema id in four bytes, the Avro body. */
import type avro from 'avsc';

const MAGIC = 0;
const HEADER_BYTES = 5;

/** The schema id a value names; null when the value is not in the format. */
export const schemaIdOf = (value: Buffer): number | null =>
  value.length >= HEADER_BYTES && value[0] === MAGIC ? value.readUInt32BE(1) : null;

export const bodyOf = (value: Buffer): Buffer => value.subarray(HEADER_BYTES);

export const frame = (schemaId: number, body: Buffer): Buffer => {
  const value = Buffer.allocUnsafe(HEADER_BYTES + body.length);
  value[0] = MAGIC;
  value.writeUInt32BE(schemaId, 1);
  body.copy(value, HEADER_BYTES);
  return value;
};

const SCRATCH_BYTES = 64 * 1024;

/** Frames values of one type. avsc's own scratch is 1 KB, and what does not fit it encodes twice: most profiles. */
export const createWriter = (schemaId: number, type: avro.Type): ((value: object) => Buffer) => {
  const scratch = frame(schemaId, Buffer.alloc(SCRATCH_BYTES));
  return (value) => {
    const end = type.encode(value, scratch, HEADER_BYTES);
    return end >= 0 ? Buffer.from(scratch.subarray(0, end)) : frame(schemaId, type.toBuffer(value));
  };
};
