/** One member of the group as a process: tells its parent what the pipeline says, and breaks where it is told to. */
import './skewed-clock.ts';
import { setTimeout as pause } from 'node:timers/promises';
import { startProcessor } from '../../src/commands/compose.ts';
import { loadConfig } from '../../src/config.ts';
import { isProfileError } from '../../src/errors.ts';
import { createLogger, logObserver } from '../../src/operations/logging.ts';
import type { CheckpointHook } from '../../src/pipeline/checkpoints.ts';
import { observers } from '../../src/pipeline/observer.ts';
import { type Fault, FAULTS, type MemberMessage, TELL_STEPS } from './fault.ts';

const tell = (message: MemberMessage): Promise<void> =>
  new Promise((resolve) => {
    if (process.send === undefined) throw new Error('a member is started by a test');
    process.send(message, () => resolve());
  });

const faults = new Map<Fault, { missing: number }>();
const expect = (fault: Fault): void => void faults.set(fault, { missing: fault.pass ?? 1 });
for (const fault of JSON.parse(process.env[FAULTS] ?? '[]') as Fault[]) expect(fault);
process.on('message', (fault: Fault) => expect(fault));
process.on('disconnect', () => process.exit(1));

const passed: CheckpointHook = async (checkpoint, partition) => {
  for (const [fault, count] of faults) {
    if (fault.at !== checkpoint || (fault.partition ?? partition) !== partition) continue;
    count.missing -= 1;
    if (count.missing > 0) continue;
    faults.delete(fault);
    await tell({ kind: 'fault', fault, partition });
    if (fault.action === 'throw') throw new Error(`told to fail at ${checkpoint}`);
    process.kill(process.pid, fault.action === 'kill' ? 'SIGKILL' : 'SIGSTOP');
    // The signal may come a moment later, and nothing more must happen before it.
    if (fault.action === 'kill') await pause(60_000);
  }
};

const tellsSteps = process.env[TELL_STEPS] === 'true';

try {
  const config = loadConfig(process.env);
  const processor = await startProcessor(config, {
    observe: observers(logObserver(createLogger(config.logLevel)), (event) => {
      if (tellsSteps || event.type !== 'step') void tell({ kind: 'event', event });
    }),
    passed,
  });
  process.once('SIGTERM', () => void processor.stop().then(() => process.exit(0)));
  await tell({ kind: 'started' });
} catch (error) {
  await tell({ kind: 'failed', code: isProfileError(error) ? error.code : null, message: String(error) });
  process.exit(1);
}
