import { ProfileError } from '../errors.ts';
import { parseCoordinates, type Selection } from './dead-letter-box.ts';
import { examples, type Register, wholeNumber } from './command.ts';

/** As commander gives them. */
export interface SelectionOptions {
  readonly reason?: string;
  readonly topic?: string;
  readonly since?: number;
  readonly json?: true;
}

const REASON = ['--reason <reason>', 'refused for this reason'] as const;
const TOPIC = ['--topic <topic>', 'the input topic, or its dead-letter topic'] as const;
const SINCE = ['--since <time>', 'refused since: 2026-01-31, 2026-01-31T12:00Z, or 90m, 12h, 7d ago'] as const;
const PLACES = 'letters as <topic>:<partition>:<offset>';

export const register: Register = (program) => {
  const letters = program.command('dead-letters').description('List, show and redrive refused messages.');
  letters
    .command('list')
    .description('Counts by topic and reason, and the newest letters.')
    .option(...REASON)
    .option(...TOPIC)
    .option(...SINCE, since)
    .option('--limit <n>', 'so many of the newest', wholeNumber('--limit'), 20)
    .option('--json', 'one JSON document')
    .addHelpText('after', examples(['What was refused in the last day', 'dead-letters list --since 24h']))
    .action(async (options: SelectionOptions & { readonly limit: number }) =>
      (await import('./dead-letters-list.ts')).list(options),
    );
  letters
    .command('show')
    .description('Show one letter: headers, key and bytes as received.')
    .argument('<letter>', 'as <topic>:<partition>:<offset>')
    .option('--json', 'one JSON document, bytes in base64')
    .addHelpText('after', examples(['Why was this one refused?', 'dead-letters show order-finalized.dlq:3:42']))
    .action(async (text: string, options: { readonly json?: true }) =>
      (await import('./dead-letters-list.ts')).show(placesOf([text]), options),
    );
  letters
    .command('redrive')
    .description('Send letters back to where they came from, once; shows its plan and asks. Nothing is deleted.')
    .argument('[letters...]', PLACES)
    .option(...REASON)
    .option(...TOPIC)
    .option(...SINCE, since)
    .option('--all', 'everything that waits')
    .option('--again', 'also what was redriven before')
    .option('--value-file <file>', 'send these bytes instead; for one letter')
    .option('--yes', 'do not ask')
    .option('--json', 'one JSON document; needs --yes')
    .addHelpText(
      'after',
      examples(
        ['After the missing schema was registered', 'dead-letters redrive --reason unknown-schema'],
        ['One letter with a mended value', 'dead-letters redrive order-finalized.dlq:3:42 --value-file mended.bin'],
      ),
    )
    .action(async (texts: string[], options: RedriveOptions) =>
      (await import('./dead-letters-redrive.ts')).redriveLetters(
        texts.length > 0 ? placesOf(texts) : undefined,
        options,
      ),
    );
};

export interface RedriveOptions extends SelectionOptions {
  readonly all?: true;
  readonly again?: true;
  readonly valueFile?: string;
  readonly yes?: true;
}

const placesOf = (texts: readonly string[]): NonNullable<Selection['at']> =>
  texts.map((text) => {
    const place = parseCoordinates(text);
    if (place === null) throw new ProfileError('USAGE', `a letter is named as <topic>:<partition>:<offset>`);
    return place;
  });

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

const since = (text: string): number => {
  const ago = /^(\d+)([mhd])$/.exec(text);
  const time = ago ? Date.now() - Number(ago[1]) * (UNITS[ago[2] ?? ''] ?? 0) : Date.parse(text);
  if (Number.isNaN(time))
    throw new ProfileError('USAGE', '--since takes a date, a time, or an age such as 90m, 12h, 7d');
  return time;
};
