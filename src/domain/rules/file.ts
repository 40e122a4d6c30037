/** What all files of rules have in common: JSON, a version, and a list of rules. */
import type { Faults } from './faults.ts';
import { quoted } from './paths.ts';

export type Said = Readonly<Record<string, unknown>>;

/** The version of the format. */
export const VERSION = 1;

const MOST_CHARACTERS = 1024 * 1024;
const MOST_RULES = 500;

/** The rules as they are written; none where the file as a whole is at fault. */
export const rulesIn = (content: string, faults: Faults): Said[] => {
  const file = parsed(content, faults);
  if (file === null) return [];
  for (const name of Object.keys(file)) {
    if (name !== 'version' && name !== 'rules') faults.add('', `there is no ${quoted(name)}, only version, rules`);
  }
  const { version, rules } = file;
  if (version !== VERSION) faults.add('version', `must be ${VERSION}`);
  if (!Array.isArray(rules) || !rules.every(isSaid)) {
    faults.add('rules', 'must be a list of objects');
    return [];
  }
  if (rules.length > MOST_RULES) {
    faults.add('rules', `there are ${rules.length}, and ${MOST_RULES} are the most`);
    return [];
  }
  return rules;
};

const parsed = (content: string, faults: Faults): Said | null => {
  if (content.length > MOST_CHARACTERS) {
    faults.add('', 'the file has more than a million characters');
    return null;
  }
  let file: unknown;
  try {
    file = JSON.parse(content);
  } catch (error) {
    faults.add('', `the file is no JSON: ${placeOf(error, content)}`);
    return null;
  }
  for (const name of repeatedNames(content))
    faults.add('', `${quoted(name)} is there twice in one object: which one counts?`);
  if (isSaid(file)) return file;
  faults.add('', 'the file must hold one object with version and rules');
  return null;
};

/** The engine's message shows a piece of the file, or says at which character it gave up. */
const placeOf = (error: unknown, content: string): string => {
  const message = error instanceof Error ? error.message : '';
  const position = /at position (\d+)/.exec(message)?.[1];
  if (position === undefined) return content.trim() === '' ? 'it is empty' : 'it ends too early, or is something else';
  const lines = content.slice(0, Number(position)).split('\n');
  return `look at line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1}`;
};

/** JSON takes the last of two members with one name without a word. `content` is JSON. */
const repeatedNames = (content: string): string[] => {
  const repeated: string[] = [];
  const open: (Set<string> | null)[] = [];
  for (const [token] of content.matchAll(/"(?:[^"\\]|\\.)*"(?:\s*:)?|[{}[\]]/g)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(null);
    else if (token === '}' || token === ']') open.pop();
    else if (token.endsWith(':')) {
      const name = JSON.parse(token.slice(0, token.lastIndexOf('"') + 1)) as string;
      const names = open.at(-1);
      if (names?.has(name)) repeated.push(name);
      names?.add(name);
    }
  }
  return repeated;
};

/** Adds a fault for every member that a rule does not have. */
export const onlyMembers = (rule: Said, names: readonly string[], place: string, faults: Faults): void => {
  for (const name of Object.keys(rule)) {
    if (!names.includes(name)) faults.add(place, `there is no ${quoted(name)}, only ${names.join(', ')}`);
  }
};

const LONGEST_TEXT = 500;

/** A text for people, or a fault and an empty one. */
export const textIn = (rule: Said, name: string, place: string, faults: Faults): string => {
  const text = rule[name];
  if (typeof text === 'string' && text.trim() !== '' && text.length <= LONGEST_TEXT) return text;
  faults.add(place, `needs a ${name}, a text of at most ${LONGEST_TEXT} characters`);
  return '';
};

export const isSaid = (said: unknown): said is Said =>
  typeof said === 'object' && said !== null && !Array.isArray(said);
