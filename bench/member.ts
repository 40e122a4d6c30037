/** A member of the group as a process of its own; reports its batches to the parent. */
import { startProcessor } from '../src/commands/compose.ts';
import { loadConfig } from '../src/config.ts';

const processor = await startProcessor(loadConfig(process.env), {
  observe: (event) => {
    if (event.type === 'batch' || event.type === 'recovery') process.send?.(event);
  },
});
process.on('SIGTERM', () => void processor.stop().then(() => process.exit()));
process.on('disconnect', () => process.exit());
