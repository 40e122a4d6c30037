/** What came of the demo, for people and for scripts, and how to look further. */
import type { VerificationReport } from '../../verification/index.ts';
import type { Paint } from './picture.ts';
import type { Tally } from './tally.ts';

export interface Summary {
  readonly ok: boolean;
  readonly seed: number;
  readonly customers: number;
  readonly events: number;
  /** From the first message sent until everything was committed. */
  readonly seconds: number;
  readonly eventsPerSecond: number;
  /** Where the system did otherwise than the traffic foretold. */
  readonly surprises: readonly string[];
  readonly verification: VerificationReport;
}

/** The traffic knows what must become of each of its messages: a second opinion beside the verification's. */
export const surprises = ({ expected }: Tally, { accepted, refused }: VerificationReport): string[] => {
  const reasons = new Set([...Object.keys(expected.refused), ...Object.keys(refused)]);
  const foretold: Readonly<Record<string, number>> = expected.refused;
  return [
    ...(accepted === expected.applied ? [] : [`${accepted} messages were accepted, not ${expected.applied}`]),
    ...[...reasons]
      .filter((reason) => foretold[reason] !== refused[reason])
      .map((reason) => `${refused[reason] ?? 0} messages were refused as ${reason}, not ${foretold[reason] ?? 0}`),
  ];
};

export const summaryLines = (
  { ok, seconds, eventsPerSecond, surprises: odd, verification }: Summary,
  paint: Paint,
): string[] => {
  const { inputs, accepted, internal, deadLetters, profiles, published, told, sharing } = verification;
  const { violationCounts, violations, stories } = verification;
  const verdict = ok
    ? paint(['bold', 'green'], 'Verified against the log of inputs: everything is as it must be.')
    : paint(['bold', 'red'], 'Verified against the log of inputs: something is WRONG.');
  return [
    `  ${verdict}`,
    `    ${inputs} messages in ${seconds.toFixed(1)} s (${eventsPerSecond} / s): ${accepted} accepted, ${deadLetters} refused`,
    `    ${profiles} profiles equal the fold of their events`,
    `    ${published} published versions form unbroken chains that end at the documents`,
    `    ${told} messages to audiences form chains of their own that end at what each may know`,
    ...(internal === 0 ? [] : [`    ${sharing} customers share a value, and know how many others do`]),
    ...odd.map((text) => `    ${paint('red', text)}`),
    ...Object.entries(violationCounts).map(([kind, count]) => `    ${paint('red', `${kind}: ${count}`)}`),
    ...violations.slice(0, 10).map(({ kind, customerId, detail }) => `      ${kind} ${customerId ?? ''} ${detail}`),
    ...stories.slice(0, 3).map((story) => `      ${JSON.stringify(story)}`),
  ];
};

/** Exact commands; the variables are those of this very installation. */
export const howToLookFurther = (
  environment: Readonly<Record<string, string>>,
  customerId: string,
  paint: Paint,
): string[] => {
  const commands = [
    `get ${customerId}`,
    `watch ${customerId} --from-beginning`,
    'watch --audience marketing',
    'dead-letters list',
    'check',
  ];
  return [
    '',
    `  ${paint('bold', 'Look further')}  ${paint('dim', 'in another terminal, in this folder')}`,
    ...Object.entries(environment).map(([name, value]) => `    export ${name}='${value}'`),
    ...commands.map((command) => `    npm run -s customer-profile -- ${command}`),
    '',
  ];
};
