import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Option } from 'commander';
import { loadConfig } from '../config.ts';
import { exportOf } from '../domain/export.ts';
import { isProfileError, ProfileError } from '../errors.ts';
import type { ProfileDocument } from '../pipeline/document.ts';
import { examples, type Register } from './command.ts';
import { type Format, FORMATS, inFormat } from './export-formats.ts';
import { withProfile } from './load-profile.ts';

interface Options {
  readonly format: Format;
  readonly output?: string;
}

const HELP = examples(
  ['For another provider', 'export c-1042 --output c-1042.json'],
  ['For the customer, to be opened in a spreadsheet', 'export c-1042 --format csv --output c-1042.csv'],
);

export const register: Register = (program) => {
  program
    .command('export')
    .description(
      'Everything that is known of a customer, for the customer: what was said and by whom, what follows from it, and who\n' +
        'was told. Needs MongoDB only, and\n' +
        'ERASURE_KEY where older orders have moved to the history. Exit code 1 when there is no such customer.',
    )
    .argument('<customerId>', 'the key of the messages')
    .addOption(new Option('--format <format>', 'of the export').choices([...FORMATS]).default('json'))
    .option('--output <file>', 'a new file, which nobody else may read, instead of standard output')
    .addHelpText('after', HELP)
    .action(exportCustomer);
};

const exportCustomer = async (customerId: string, { format, output }: Options): Promise<void> => {
  const { mongodb } = loadConfig(process.env, ['mongodb']);
  await withProfile(mongodb, customerId, async ({ version, facts, profile, audiences }, moved) => {
    const parts = exportOf(facts, profile, recipientsOf(audiences), moved);
    const pieces = inFormat(format, { customerId, version }, parts);
    const target = output === undefined ? process.stdout : createWriteStream(output, { flags: 'wx', mode: 0o600 });
    try {
      await pipeline(Readable.from(pieces), target, { end: output !== undefined });
    } catch (error) {
      if (output === undefined || isProfileError(error)) throw error;
      throw new ProfileError('USAGE', '--output names a file that is there already, or cannot be written', {
        cause: error,
      });
    }
  });
};

const recipientsOf = (audiences: ProfileDocument['audiences']) =>
  Object.entries(audiences)
    .filter(([, { version }]) => version > 0)
    .map(([audience, { version, digest }]) => ({ audience, version, knows: digest !== null }));
