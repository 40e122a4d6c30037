import { createFaults } from '../../../../src/domain/rules/faults.ts';
import { compileSegments, readSegments } from '../../../../src/domain/rules/segments.ts';
import { anItem, anOrder, profileOf } from '../../../helpers/domain.ts';
import { PROFILE_FIELDS } from '../../../helpers/rule-fields.ts';

const ACTIVE = { name: 'active', description: 'Those who hold something.', match: { status: 'active' } };

const faultsIn = (content: unknown): string[] => {
  const faults = createFaults();
  readSegments(typeof content === 'string' ? content : JSON.stringify(content), PROFILE_FIELDS, faults);
  return faults.list();
};
const faultsOf = (...rules: unknown[]): string[] => faultsIn({ version: 1, rules });

describe('a file of segments is refused', () => {
  it.each<[what: string, content: unknown, fault: RegExp]>([
    ['is no JSON', '{\n  "version": 1,,\n}', /^the file is no JSON: look at line 2, column 16$/],
    ['is empty', '', /^the file is no JSON: it is empty$/],
    ['ends too early', '{"version": 1', /^the file is no JSON: /],
    ['holds no object', [], /^the file must hold one object/],
    ['has another version', { version: 2, rules: [] }, /^version: must be 1$/],
    ['has no version', { rules: [] }, /^version: must be 1$/],
    ['has no rules', { version: 1 }, /^rules: must be a list of objects$/],
    ['has rules that are none', { version: 1, rules: [null] }, /^rules: must be a list of objects$/],
    ['has more in it', { version: 1, rules: [], segments: [] }, /^there is no "segments", only version, rules$/],
    [
      'has too many rules',
      { version: 1, rules: Array.from({ length: 501 }, () => ACTIVE) },
      /501, and 500 are the most/,
    ],
    ['is too large', ' '.repeat(1024 * 1024 + 1), /more than a million characters/],
    [
      'names something twice',
      '{"version": 1, "rules": [{"name": "a", "description": "b", "match": {"status": "active", "status": "lost"}}]}',
      /^"status" is there twice in one object/,
    ],
  ])('that %s', (_, content, fault) => {
    expect(faultsIn(content)[0]).toMatch(fault);
  });

  it.each<[what: string, rule: object, fault: string]>([
    [
      'no name',
      { ...ACTIVE, name: undefined },
      'rules[0] "": needs a name of at most 64 small letters, digits and dashes',
    ],
    [
      'a bad name',
      { ...ACTIVE, name: 'High Value' },
      'rules[0] "High Value": needs a name of at most 64 small letters, digits and dashes',
    ],
    [
      'no description',
      { ...ACTIVE, description: ' ' },
      'rules[0] "active": needs a description, a text of at most 500 characters',
    ],
    [
      'more in it',
      { ...ACTIVE, enabled: false },
      'rules[0] "active": there is no "enabled", only name, description, match',
    ],
    ['no match', { ...ACTIVE, match: undefined }, 'rules[0] "active", match: must be an object of conditions'],
    [
      'a look at segments',
      { ...ACTIVE, match: { segments: 'lost' } },
      'rules[0] "active", match.segments: there is no "segments", only status, party, contactMediums, agreements, products, orderSummary, consents, preferences, completeness',
    ],
  ])('for a rule with %s', (_, rule, fault) => {
    expect(faultsOf(rule)).toEqual([fault]);
  });

  it('for two rules of one name', () => {
    expect(faultsOf(ACTIVE, ACTIVE)).toEqual(['rules[1] "active": another rule has this name']);
  });

  it('with every fault of every rule at once, though no more than anybody reads', () => {
    const wrong = { name: '?', description: 'x', match: { state: 'x', $where: 'x' } };
    expect(faultsOf(wrong, { ...ACTIVE, match: {} }, wrong)).toHaveLength(7);
    const many = faultsOf(...Array.from({ length: 50 }, () => wrong));
    expect(many).toHaveLength(101);
    expect(many.at(-1)).toBe('and 50 more');
  });

  it('without showing what it holds, but for names', () => {
    const secret = { ...ACTIVE, match: { 'party.familyName': { $gt: ['Lovelace'] }, status: 'Lovelace' } };
    expect(faultsOf(secret).join()).not.toContain('Lovelace');
    expect(faultsIn('{"version": Lovelace}').join()).not.toContain('Lovelace');
  });
});

it('a profile is in every segment that it matches, sorted by name', () => {
  const faults = createFaults();
  const rules = [
    { name: 'tv', description: 'x', match: { 'products.category': 'tv' } },
    { name: 'lost', description: 'x', match: { status: 'inactive' } },
    ACTIVE,
    { name: 'complete', description: 'x', match: { completeness: { $size: 0 } } },
  ];
  const segmentsOf = compileSegments(readSegments(JSON.stringify({ version: 1, rules }), PROFILE_FIELDS, faults));
  expect(segmentsOf(profileOf(anOrder({ items: [anItem({ category: 'tv' })] })))).toEqual(['active', 'tv']);
  expect(faults.list()).toEqual([]);
});
