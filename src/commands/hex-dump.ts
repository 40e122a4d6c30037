const WIDTH = 16;
const MAX_BYTES = 2048;

/** Sixteen bytes a line: position, hexadecimal, and what of it is printable ASCII. */
export const hexDump = (bytes: Buffer | null): string[] => {
  if (bytes === null) return [];
  const shown = bytes.subarray(0, MAX_BYTES);
  const lines = Array.from({ length: Math.ceil(shown.length / WIDTH) }, (_, index) => {
    const row = shown.subarray(index * WIDTH, (index + 1) * WIDTH);
    const hex = [...row].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const text = row.toString('latin1').replace(/[^\x20-\x7e]/g, '.');
    return `${(index * WIDTH).toString(16).padStart(4, '0')}  ${hex.padEnd(WIDTH * 3 - 1)}  ${text}`;
  });
  return bytes.length > MAX_BYTES ? [...lines, `and ${bytes.length - MAX_BYTES} bytes more`] : lines;
};
