import { createFaults } from '../../../../src/domain/rules/faults.ts';
import { readMatch } from '../../../../src/domain/rules/match.ts';
import { compileQuery } from '../../../../src/domain/rules/query.ts';
import { aContract, anEmail, anItem, anOrder, aParty, profileOf } from '../../../helpers/domain.ts';
import { PROFILE_FIELDS } from '../../../helpers/rule-fields.ts';

const faultsOf = (said: unknown): string[] => {
  const faults = createFaults();
  readMatch(said, PROFILE_FIELDS, 'match', faults);
  return faults.list();
};

const matchOf = (said: unknown): object => {
  const faults = createFaults();
  const match = readMatch(said, PROFILE_FIELDS, 'match', faults);
  expect(faults.list()).toEqual([]);
  return match;
};

describe('a query is refused', () => {
  it.each(['$where', '$function', '$expr', '$rand', '$sampleRate', '$jsonSchema', '$text'])(
    'that uses %s, because a profile follows from facts and rules alone',
    (name) => {
      const text = 'is not allowed: a profile follows from facts and rules alone, never from code, clock or chance';
      expect(faultsOf({ [name]: 'x' })).toEqual([`match.${name}: ${text}`]);
      expect(faultsOf({ status: { [name]: 'x' } })).toEqual([`match.status.${name}: ${text}`]);
      expect(faultsOf({ $or: [{ products: { $elemMatch: { [name]: 'x' } } }] })).toEqual([
        `match.$or[0].products.$elemMatch.${name}: ${text}`,
      ]);
    },
  );

  it.each<[what: string, said: unknown, fault: RegExp]>([
    ['no object', 'active', /^match: must be an object/],
    ['nothing', {}, /^match: says nothing/],
    ['nothing in a branch', { $or: [{}] }, /^match\.\$or\[0\]: says nothing/],
    ['an empty branch', { $and: [] }, /^match\.\$and: must be a list that is not empty/],
    ['an unknown operator at the top', { $xor: [] }, /^match\.\$xor: no such operator; there are \$and/],
    ['an unknown operator', { status: { $is: 'active' } }, /^match\.status\.\$is: no such operator/],
    ['an unknown field', { state: 'active' }, /^match\.state: there is no "state", only status, party/],
    ['an unknown field within', { 'party.birthdate': 'x' }, /^match\.party\.birthdate: party: there is no "birthdate"/],
    ['a field of a text', { 'status.code': 'x' }, /^match\.status\.code: status: there is nothing like "code"/],
    ['an unknown count', { 'orderSummary.countsByState.canceled': 1 }, /there is no "canceled", only .*cancelled/],
    ['a field of the prototype', { 'products.characteristics.__proto__': 'x' }, /"__proto__" is no name/],
    ['an empty name', { 'party.': 'x' }, /^match\.party\.: party: there is no ""/],
    ['an operator as a name', { 'products.characteristics.$x': 'x' }, /"\$x" is no name/],
    ['a path through two lists', { 'agreements.items.offeringId': 'x' }, /leads through two lists/],
    ['a list in entries of a list', { 'preferences.provenance.preferences': 'languages' }, /leads through two lists/],
    ['how long such a list is', { 'agreements.items': { $size: 1 } }, /leads through two lists/],
    ['an entry of such a list', { 'agreements.items': { $elemMatch: { productId: 'x' } } }, /leads through two lists/],
    ['a value that there is not', { status: 'activ' }, /^match\.status: must be one of unknown, prospect, active/],
    ['a number for a text', { 'party.familyName': 7 }, /must be a text in quotes/],
    ['a text for a number', { 'orderSummary.totalCount': { $gte: '3' } }, /^match\..*\.\$gte: must be a number/],
    ['a text for yes or no', { 'agreements.autoRenews': 'true' }, /must be true or false/],
    ['a number for an instant', { 'orderSummary.lastOrderDate': 1.6e12 }, /must be an instant: \{"\$date"/],
    ['a time without a zone', { 'orderSummary.lastOrderDate': { $date: '2026-01-31T12:00' } }, /must be an instant/],
    ['a day that there is not', { 'orderSummary.lastOrderDate': { $date: '2026-02-31' } }, /must be an instant/],
    ['now', { 'orderSummary.lastOrderDate': { $gte: '$$NOW' } }, /must be an instant/],
    ['an instant for a text', { 'party.birthDate': { $date: '2026-01-31' } }, /must be a text in quotes/],
    ['$in of no list', { status: { $in: 'active' } }, /^match\.status\.\$in: must be a list/],
    ['$nin of an empty list', { status: { $nin: [] } }, /^match\.status\.\$nin: must be a list/],
    ['a wrong one of several', { status: { $in: ['active', 'gone'] } }, /^match\.status\.\$in\[1\]: must be one of/],
    [
      'too many values',
      { 'orderSummary.totalCount': { $in: Array.from({ length: 101 }, (_, i) => i) } },
      /more than 100/,
    ],
    ['an object as a value', { 'party.partyType': { type: 'organization' } }, /an object cannot be compared/],
    ['operators and fields', { 'party.partyType': { $eq: 'organization', type: 1 } }, /an object cannot be compared/],
    ['a record as a value', { party: 'Ada' }, /only a single value can be compared/],
    ['null in a list', { 'products.category': null }, /in a list, ask for an entry where it is null/],
    ['null among values in a list', { 'products.category': { $in: ['tv', null] } }, /in a list, ask for/],
    ['a list that is null', { products: null }, /only a single value|in a list, ask for/],
    ['more than null', { 'party.birthDate': { $gt: null } }, /nothing is more or less than null/],
    ['more than yes', { 'agreements.autoRenews': { $gt: true } }, /compares numbers, instants and texts only/],
    ['order beyond ASCII', { 'party.familyName': { $lt: 'Ö' } }, /ASCII/],
    ['$exists of what is always there', { party: { $exists: true } }, /every field is always there/],
    ['$exists in a list', { 'products.characteristics.data': { $exists: true } }, /with \$elemMatch/],
    ['$exists of a text', { 'orderSummary.countsByState.failed': { $exists: 'yes' } }, /must be true or false/],
    ['$size of no list', { party: { $size: 0 } }, /asks about lists only/],
    ['$size of a text', { products: { $size: '0' } }, /must be a whole number/],
    ['$all of no list', { status: { $all: ['active'] } }, /asks about lists only/],
    ['$all of one entry', { 'products.0.category': { $all: ['tv'] } }, /asks about lists only/],
    ['$elemMatch of texts', { 'preferences.languages': { $elemMatch: { $eq: 'de' } } }, /lists of entries with fields/],
    [
      'a wrong field of an entry',
      { products: { $elemMatch: { kategory: 'tv' } } },
      /\$elemMatch\.kategory: there is no/,
    ],
    ['a pattern for a number', { 'orderSummary.totalCount': { $regex: '1' } }, /asks about texts only/],
    ['a pattern that is none', { 'party.familyName': { $regex: 7 } }, /\$regex: must be a text in quotes/],
    ['a repetition', { 'party.familyName': { $regex: '(a+)+$' } }, /\$regex: a pattern is made of plain characters/],
    ['an option alone', { 'party.familyName': { $options: 'i' } }, /\$options: belongs to \$regex/],
    ['an unknown option', { 'party.familyName': { $regex: 'a', $options: 'g' } }, /the only option is "i"/],
    ['$not of a value', { status: { $not: 'active' } }, /\$not: must be an object of operators/],
  ])('with %s', (_, said, fault) => {
    expect(faultsOf(said)).toEqual([expect.stringMatching(fault)]);
  });

  it('that is deeper or larger than anybody reads', () => {
    const deep = (levels: number): object => (levels === 0 ? { status: 'active' } : { $and: [deep(levels - 1)] });
    expect(faultsOf(deep(9))).toEqual([]);
    expect(faultsOf(deep(10))).toEqual([expect.stringMatching(/more than 10 levels deep/)]);
    const not = (levels: number): object => (levels === 0 ? { $eq: 'active' } : { $not: not(levels - 1) });
    expect(faultsOf({ status: not(11) })).toEqual([expect.stringMatching(/more than 10 levels deep/)]);
    expect(faultsOf({ $or: Array.from({ length: 201 }, () => ({ status: 'active' })) })).toEqual([
      'match: has more than 200 conditions',
    ]);
  });

  it('with all that is wrong with it at once', () => {
    expect(faultsOf({ state: 'x', status: { $in: 'x', $is: 1 }, $where: 'true', $or: [{ party: 7 }] })).toHaveLength(5);
  });
});

describe('a query', () => {
  const profile = profileOf(
    aContract({
      party: aParty({ familyName: 'Ólafsdóttir', birthDate: '1955-03-01' }),
      contactMediums: [anEmail('ada@example.com', { validation: 'verified' })],
      languages: ['is', 'en'],
      period: { startDateTime: null, endDateTime: Date.UTC(2026, 5, 30, 22) },
    }),
    anOrder({ items: [anItem({ category: 'tv', characteristics: { constructor: 'x' } })] }),
  );
  const finds = (said: unknown): boolean => compileQuery(matchOf(said))(profile);

  it.each<[said: object]>([
    [{ status: 'active', 'party.familyName': 'Ólafsdóttir' }],
    [{ 'party.birthDate': { $lt: '1961-01-01' } }],
    [{ 'party.givenName': null }],
    [{ 'agreements.period.endDateTime': { $lte: { $date: '2026-07-01T00:00+02:00' } } }],
    [{ 'agreements.period.endDateTime': { $gte: { $date: '2026-06-30' } } }],
    [{ agreements: { $elemMatch: { 'period.startDateTime': null } } }],
    [{ 'preferences.languages': 'en' }],
    [{ 'preferences.languages.0': 'is' }],
    [{ 'preferences.languages': { $all: ['en', 'is'] } }],
    [{ 'orderSummary.countsByState.cancelled': { $exists: false } }],
    [{ 'products.characteristics.constructor': 'x' }],
    [{ 'party.familyName': { $regex: '^ól', $options: 'i' } }],
    [{ 'contactMediums.emailAddress': { $regex: '@example\\.com$' } }],
    [{ 'contactMediums.validatedBy.sourceSystem': 'contracts' }],
    [{ 'preferences.provenance': { $elemMatch: { preferences: 'languages', sourceSystem: 'contracts' } } }],
    [{ 'preferences.provenance.statedAt': { $lt: { $date: '2020-01-01' } } }],
  ])('finds by %j', (said) => {
    expect(finds(said)).toBe(true);
    expect(finds({ $nor: [said] })).toBe(false);
  });

  it.each<[said: object]>([
    [{ 'agreements.period.endDateTime': { $lt: { $date: '2026-06-30' } } }],
    [{ 'preferences.languages.0': 'en' }],
    [{ 'orderSummary.countsByState.cancelled': { $lt: 1 } }],
    [{ 'products.characteristics.toString': { $ne: 'x', $regex: 'function' } }],
    [{ 'party.familyName': { $regex: '^ól' } }],
  ])('does not find by %j', (said) => {
    expect(finds(said)).toBe(false);
  });
});
