/** `npm run soak`: an hour at half of what a member can do; memory, descriptors and lag must stay flat, and all must be right. */
import { writeFileSync } from 'node:fs';
import { EXIT, exitCodeOf, untilStopped } from '../../src/commands/command.ts';
import { isProfileError } from '../../src/errors.ts';
import { install } from './installation.ts';
import { readOptions } from './options.ts';
import { reportJson, reportLines } from './report.ts';
import { soak } from './run.ts';

const say = (text: string): void => void process.stderr.write(`${text}\n`);

const main = async (): Promise<number> => {
  const options = readOptions(process.argv.slice(2));
  const { signal, release } = untilStopped();
  // Nothing to finish yet: servers that are just starting end with this process.
  const leave = () => process.exit(EXIT.failure);
  signal.addEventListener('abort', leave);
  const installation = await install(options, say);
  signal.removeEventListener('abort', leave);
  try {
    const result = await soak({ installation, options, signal, say });
    process.stdout.write(`${reportLines(options, result).join('\n')}\n`);
    if (options.out !== undefined) writeFileSync(options.out, reportJson(options, result));
    return result.verdicts.every(({ ok }) => ok) ? EXIT.ok : EXIT.failure;
  } catch (error) {
    // Ctrl-C reaches the member too, and what then fails is not the point.
    if (!signal.aborted) throw error;
    return EXIT.failure;
  } finally {
    say('stopping');
    await installation.close();
    release();
  }
};

try {
  process.exitCode = await main();
} catch (error) {
  if (isProfileError(error)) say(`${error.code}: ${error.message}`);
  else console.error(error);
  process.exitCode = isProfileError(error) ? exitCodeOf(error.code) : EXIT.failure;
}
