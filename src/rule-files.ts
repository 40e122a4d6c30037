/** Files of rules: read and checked at start, every fault of them at once. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { schemaText } from './adapters/registry/schema-files.ts';
import { compileRules, type ProfileRules } from './domain/rules.ts';
import { createFaults, type Faults } from './domain/rules/faults.ts';
import { fieldsOf, recordAt } from './domain/rules/fields.ts';
import { type Askable, type CompletenessRule, readCompleteness } from './domain/rules/completeness.ts';
import { readRetention, type RetentionRule } from './domain/retention/policy.ts';
import { VERSION } from './domain/rules/file.ts';
import { readSegments, type SegmentRule } from './domain/rules/segments.ts';

/** A file of rules, as it was when it was read. */
export interface RuleFile<Rule> {
  readonly file: string;
  /** Of the format. */
  readonly version: number;
  /** Of its content: members with equal digests have equal rules. */
  readonly digest: string;
  readonly rules: readonly Rule[];
}

export type Reading<Rule> = { readonly found: RuleFile<Rule> } | { readonly faults: readonly string[] };

export const readSegmentsFile = (file: string): Reading<SegmentRule> =>
  read(file, (content, { profile }, faults) => readSegments(content, profile, faults));

export const readRetentionFile = (file: string): Reading<RetentionRule> =>
  read(file, (content, _, faults) => readRetention(content, faults));

export const readCompletenessFile = (file: string): Reading<CompletenessRule> => read(file, readCompleteness);

const DIGEST_LENGTH = 12;

const read = <Rule>(
  file: string,
  rulesIn: (content: string, askable: Askable, faults: Faults) => Rule[],
): Reading<Rule> => {
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (error) {
    return { faults: [`the file cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`] };
  }
  const faults = createFaults();
  const rules = rulesIn(content, askable(), faults);
  if (faults.count > 0) return { faults: faults.list() };
  const digest = createHash('sha256').update(content).digest('hex').slice(0, DIGEST_LENGTH);
  return { found: { file, version: VERSION, digest, rules } };
};

const askable = (): Askable => ({
  profile: recordAt(fieldsOf(JSON.parse(schemaText('CustomerUpdated'))), 'profile'),
  order: fieldsOf(JSON.parse(schemaText('OrderFinalized'))),
});

/** What a member works with. */
export interface RuleFiles {
  readonly segments: RuleFile<SegmentRule> | undefined;
  readonly completeness: RuleFile<CompletenessRule>;
}

export const rulesOf = ({ segments, completeness }: RuleFiles): ProfileRules =>
  compileRules({ segments: segments?.rules ?? [], completeness: completeness.rules });
