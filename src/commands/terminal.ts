/** How commands write: aligned, coloured only on a terminal and never with NO_COLOR. */
import { styleText } from 'node:util';

type Format = Parameters<typeof styleText>[0];

/** Styles text when standard output is a terminal. */
export const styled = (format: Format, text: string): string => styleText(format, text, { stream: process.stdout });

export const print = (line = ''): void => void process.stdout.write(`${line}\n`);

export const printJson = (value: unknown): void => print(JSON.stringify(value));

/** Rows with aligned columns; the last one is not padded. */
export const aligned = (rows: readonly (readonly string[])[], indent = ''): string[] => {
  const widths: number[] = [];
  for (const row of rows) for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  return rows.map(
    (row) => indent + row.map((cell, i) => (i < row.length - 1 ? cell.padEnd(widths[i] ?? 0) : cell)).join('  '),
  );
};

/** `2026-01-31 12:00:00Z`, from ms. */
export const instant = (ms: number): string => new Date(ms).toISOString().replace('T', ' ').replace('.000Z', 'Z');

/** Text that came from outside may hold control characters; a terminal must not obey them. */
export const harmless = (text: string): string => text.replace(/\p{Cc}/gu, '�');
