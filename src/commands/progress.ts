/** How far a long command has come: a bar that moves on a terminal, a line now and then elsewhere, always on standard error. */

/** `3 s`, `12 min`, `2 h 5 min`; from seconds. */
export const duration = (seconds: number): string => {
  const whole = Math.max(1, Math.ceil(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.ceil(whole / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
};

export interface Progress {
  readonly show: (done: number) => void;
  readonly end: () => void;
}

const WIDTH = 30;
const LINE_EVERY_MS = 10_000;

export const progressLine = (done: number, total: number, seconds: number): string => {
  const filled = Math.round(Math.min(1, total === 0 ? 1 : done / total) * WIDTH);
  const left = done === 0 ? '' : `, ${duration(((total - done) / done) * seconds)} left`;
  return `[${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}] ${done} of ${total}${done < total ? left : ''}`;
};

export const createProgress = (total: number, stream: NodeJS.WriteStream = process.stderr): Progress => {
  const startedAt = performance.now();
  let [saidAt, moves] = [startedAt, false];
  return {
    show: (done) => {
      const now = performance.now();
      const line = progressLine(done, total, (now - startedAt) / 1_000);
      if (stream.isTTY) {
        stream.write(`\r${line}\u001b[K`);
        moves = true;
      } else if (now - saidAt > LINE_EVERY_MS) {
        stream.write(`${line}\n`);
        saidAt = now;
      }
    },
    end: () => {
      if (moves) stream.write('\n');
    },
  };
};
