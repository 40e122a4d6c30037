/** By which name an audience hears of a customer, when names are given, exchanged and given up. */
import { customerOf } from '../../../src/domain/derive.ts';
import { emptyFacts } from '../../../src/domain/facts.ts';
import {
  type AudienceStates,
  type AudienceView,
  isNamedOtherwise,
  tellAgain,
  type Tellings,
  tellOf,
} from '../../../src/pipeline/audiences.ts';
import { RULES } from '../../helpers/rules.ts';

const customer = customerOf(emptyFacts, RULES);
const customerId = 'customer-1';
const A = { sees: 'A' };
const B = { sees: 'B' };

/** Null: by the id. */
type Name = 'x' | 'y' | null;

const knowing = (name: Name, view: object | null, muted = false): AudienceView[] => [
  { name: 'one', muted, view: () => view, ...(name !== null && { nameOf: (id: string) => `${name} of ${id}` }) },
];

const tell = (
  version: number,
  name: Name,
  view: object | null,
  states: AudienceStates = {},
  unpublishedVersion: number | null = null,
): Tellings => tellOf(knowing(name, view), { customerId, customer, version }, { states, unpublishedVersion });

/** The name, `-` for the id; the version told before; what is seen, nothing with a tombstone. */
const heard = ({ tellings }: Pick<Tellings, 'tellings'>): unknown[] =>
  tellings.map(({ as, previousVersion, view }) => [as?.charAt(0) ?? '-', previousVersion, view]);

it('a customer is told of by the name, and by no other as long as it stays', () => {
  const first = tell(1, 'x', A);
  expect(heard(first)).toEqual([['x', 0, A]]);
  const second = tell(2, 'x', A, first.states);
  expect(heard(second)).toEqual([]);
  expect(heard(tell(3, 'x', B, second.states))).toEqual([['x', 1, B]]);
  expect(heard(tell(3, 'x', null, second.states))).toEqual([['x', 1, null]]);
});

it.each<[from: Name, to: Name, expected: unknown[]]>([
  [
    null,
    'x',
    [
      ['-', 1, null],
      ['x', 0, A],
    ],
  ],
  [
    'x',
    'y',
    [
      ['x', 1, null],
      ['y', 0, A],
    ],
  ],
  [
    'x',
    null,
    [
      ['x', 1, null],
      ['-', 0, A],
    ],
  ],
])('from name %s to %s the one ends with a tombstone, and the other begins', (from, to, expected) => {
  const first = tell(1, from, A);
  const renamed = tell(2, to, A, first.states);
  expect(heard(renamed)).toEqual(expected);
  expect(heard(tell(3, to, A, renamed.states))).toEqual([]);
  expect(heard(tell(3, to, B, renamed.states))).toEqual([[to ?? '-', 2, B]]);
});

it('a document that knows nothing of names was told by the id', () => {
  const told = { version: 1, digest: 'before', before: { version: 0, digest: null } };
  expect(heard(tell(2, 'x', A, { one: told }))).toEqual([
    ['-', 1, null],
    ['x', 0, A],
  ]);
});

it('the document holds a name only where it is not the id', () => {
  const { states } = tell(2, 'x', A, tell(1, null, A).states);
  expect(JSON.stringify(states).match(/"as":"[^"]*"/g)).toEqual(['"as":"x of customer-1"']);
  expect(JSON.stringify(tell(1, null, A).states)).not.toContain('"as"');
});

describe('who may see nothing any more', () => {
  it('hears it by the name that is given up at the same time, and nothing by the new one', () => {
    const gone = tell(2, 'y', null, tell(1, 'x', A).states);
    expect(heard(gone)).toEqual([['x', 1, null]]);
    const stillGone = tell(3, null, null, gone.states);
    expect(heard(stillGone)).toEqual([]);
    expect(heard(tell(4, 'y', A, stillGone.states))).toEqual([['y', 0, A]]);
    expect(heard(tell(4, 'x', A, stillGone.states))).toEqual([['x', 2, A]]);
  });
});

describe('a version that was not published', () => {
  it('and would have told a new name leaves it to the next to end the old one', () => {
    const exchanged = tell(2, 'y', A, tell(1, 'x', A).states);
    expect(heard(tell(3, 'y', A, exchanged.states, 2))).toEqual([
      ['x', 1, null],
      ['y', 0, A],
    ]);
    const lost = tell(2, 'x', A, tell(1, null, A).states);
    expect(heard(tell(3, 'x', A, lost.states, 2))).toEqual([
      ['-', 1, null],
      ['x', 0, A],
    ]);
    expect(heard(tell(3, 'y', B, lost.states, 2))).toEqual([
      ['-', 1, null],
      ['y', 0, B],
    ]);
    expect(heard(tell(3, null, A, lost.states, 2))).toEqual([]);
    expect(heard(tell(3, null, B, lost.states, 2))).toEqual([['-', 1, B]]);
  });

  it('repeats both when it is published at last', () => {
    const { states } = tell(2, 'x', A, tell(1, null, A).states);
    const again = tellAgain(knowing('x', A), { customerId, customer, version: 2 }, states);
    expect(heard({ tellings: again })).toEqual([
      ['-', 1, null],
      ['x', 0, A],
    ]);
  });

  it('cannot be published as it is once its name is given up', () => {
    const { states } = tell(2, 'x', A, tell(1, null, A).states);
    const isLost = (name: Name, version: number, of = states) =>
      isNamedOtherwise(knowing(name, A), { customerId, version }, of);
    expect([isLost('x', 2), isLost('y', 2), isLost(null, 2), isLost('y', 3)]).toEqual([false, true, true, false]);
    expect(isLost('y', 3, tell(3, 'x', null, states).states)).toBe(false);
  });
});

it('a muted audience hears of no name, and of the one that it has missed once it is told again', () => {
  const { states } = tell(1, 'x', A);
  const silent = tellOf(
    knowing('y', A, true),
    { customerId, customer, version: 2 },
    { states, unpublishedVersion: null },
  );
  expect(heard(silent)).toEqual([]);
  expect(heard(tell(3, 'y', A, silent.states))).toEqual([
    ['x', 1, null],
    ['y', 0, A],
  ]);
});
