/** Redraws in place on a terminal that is wide enough; prints a plain line now and then anywhere else. */
import { styleText } from 'node:util';
import { type DemoState, type Paint, picture, plainLine } from './picture.ts';

export interface Screen {
  readonly paint: Paint;
  /** Draws the picture over the last one. */
  show(state: DemoState): void;
  /** Lines that stay; the next picture is drawn below. */
  print(...lines: readonly string[]): void;
}

const NEEDED_COLUMNS = 80;
const PLAIN_EVERY_MS = 2_000;
const CLEAR_BELOW = '\u001b[0J';
const up = (lines: number): string => (lines > 0 ? `\u001b[${lines}A\r` : '');

export const createScreen = (stream: NodeJS.WriteStream, now: () => number = Date.now): Screen => {
  let drawn = 0;
  let plainAt = 0;
  const paint: Paint = (format, text) => styleText(format, text, { stream });
  const redraws = (): boolean => stream.isTTY && stream.columns >= NEEDED_COLUMNS;
  return {
    paint,
    show: (state) => {
      if (redraws()) {
        const lines = picture(state, paint);
        stream.write(`${up(drawn)}${CLEAR_BELOW}${lines.join('\n')}\n`);
        drawn = lines.length;
      } else if (now() - plainAt >= PLAIN_EVERY_MS) {
        plainAt = now();
        stream.write(`${plainLine(state)}\n`);
      }
    },
    print: (...lines) => {
      drawn = 0;
      for (const line of lines) stream.write(`${line}\n`);
    },
  };
};
