/** How long what is known of customers may and must be kept, as a file says: data category × jurisdiction. */
import type { Faults } from '../rules/faults.ts';
import { onlyMembers, rulesIn, type Said, textIn } from '../rules/file.ts';
import { isLonger, isPeriod } from './periods.ts';
import { CATEGORIES, type Category, type Term, type Terms } from './terms.ts';

export interface RetentionRule extends Term {
  readonly category: Category;
  readonly jurisdiction: string;
}

/** Where no rule names the country. */
export const ANYWHERE = '*';

const MEMBERS = ['category', 'jurisdiction', 'description', 'legalBasis', 'minimum', 'maximum'] as const;

/** The rules in a file. Where there are faults, the rules mean nothing. */
export const readRetention = (content: string, faults: Faults): RetentionRule[] => {
  const seen = new Set<string>();
  return rulesIn(content, faults).map((rule, i) => {
    const place = `rules[${i}]`;
    onlyMembers(rule, MEMBERS, place, faults);
    const category = CATEGORIES.find((name) => name === rule['category']);
    if (category === undefined) faults.add(place, `needs a category, one of ${CATEGORIES.join(', ')}`);
    const jurisdiction = typeof rule['jurisdiction'] === 'string' ? rule['jurisdiction'] : '';
    if (!/^(?:[A-Z]{2}|\*)$/.test(jurisdiction)) {
      faults.add(place, 'needs a jurisdiction, a country of two capital letters (ISO 3166-1) or * for all others');
    }
    const about = `${category ?? ''} in ${jurisdiction}`;
    if (seen.has(about)) faults.add(place, 'another rule has this category and jurisdiction');
    seen.add(about);
    if (rule['description'] !== undefined) textIn(rule, 'description', place, faults);
    const legalBasis = textIn(rule, 'legalBasis', place, faults);
    const [minimum, maximum] = [periodIn(rule, 'minimum', place, faults), periodIn(rule, 'maximum', place, faults)];
    if (minimum !== null && maximum !== null && isLonger(minimum, maximum)) {
      faults.add(place, 'must be kept longer than it may be: minimum is longer than maximum');
    }
    return {
      ...{ category: category ?? 'customer', jurisdiction, legalBasis },
      ...{ minimum: minimum ?? 'P0D', maximum: maximum ?? 'P0D' },
    };
  });
};

const periodIn = (rule: Said, name: string, place: string, faults: Faults): string | null => {
  const text = rule[name];
  if (typeof text === 'string' && isPeriod(text)) return text;
  faults.add(place, `needs a ${name}, a period of years, months and days such as P10Y or P6M`);
  return null;
};

/** Countries that rules name. */
export const jurisdictionsIn = (rules: readonly RetentionRule[]): string[] =>
  [...new Set(rules.map(({ jurisdiction }) => jurisdiction))].filter((name) => name !== ANYWHERE).sort();

/** What goes for customers of a jurisdiction: its own rules, and those for anywhere where it has none. */
export const termsFor = (rules: readonly RetentionRule[], policy: string, jurisdiction: string): Terms => {
  const terms: Partial<Record<Category, Term>> = {};
  for (const category of CATEGORIES) {
    const rule =
      rules.find((each) => each.category === category && each.jurisdiction === jurisdiction) ??
      rules.find((each) => each.category === category && each.jurisdiction === ANYWHERE);
    if (rule === undefined) continue;
    const { legalBasis, minimum, maximum } = rule;
    terms[category] = { legalBasis, minimum, maximum };
  }
  return { policy, jurisdiction, ...terms };
};
