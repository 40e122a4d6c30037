/** Where the default partitioner of Kafka's Java client puts a key: `Utils.murmur2` and `toPositive` of its sources. */

const SEED = 0x9747b28c;
const M = 0x5bd1e995;

const murmur2 = (bytes: Buffer): number => {
  let h = SEED ^ bytes.length;
  const whole = bytes.length & ~3;
  for (let at = 0; at < whole; at += 4) {
    let k = Math.imul(bytes.readInt32LE(at), M);
    k = Math.imul(k ^ (k >>> 24), M);
    h = Math.imul(h, M) ^ k;
  }
  const rest = bytes.subarray(whole);
  if (rest.length > 0) {
    for (const [at, byte] of rest.entries()) h ^= byte << (8 * at);
    h = Math.imul(h, M);
  }
  h = Math.imul(h ^ (h >>> 13), M);
  return h ^ (h >>> 15);
};

export const partitionOf = (key: string, partitions: number): number =>
  (murmur2(Buffer.from(key)) & 0x7fffffff) % partitions;
