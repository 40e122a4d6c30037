/** What an audience hears, version by version, when versions are published, lost, taken over and undone. */
import { customerOf } from '../../../src/domain/derive.ts';
import { emptyFacts } from '../../../src/domain/facts.ts';
import {
  type AudienceStates,
  type AudienceView,
  tellAgain,
  type Tellings,
  tellOf,
  type ToTell,
} from '../../../src/pipeline/audiences.ts';
import { RULES } from '../../helpers/rules.ts';

type View = object | null;

/** Sees what the test says. */
const watching = (name: string, view: View): AudienceView => ({ name, view: () => view });

const customer = customerOf(emptyFacts, RULES);

const of = (version: number): ToTell => ({ customerId: 'customer-1', customer, version });

const version = (number: number, view: View, states: AudienceStates = {}, unpublishedVersion: number | null = null) =>
  tellOf([watching('one', view)], of(number), { states, unpublishedVersion });

const heard = ({ tellings }: Tellings) => tellings.map(({ previousVersion, view }) => ({ previousVersion, view }));

it('a view is told once, and again when it has changed, naming the version told before', () => {
  const first = version(1, { sees: 'A' });
  expect(heard(first)).toEqual([{ previousVersion: 0, view: { sees: 'A' } }]);
  const second = version(2, { sees: 'A' }, first.states);
  expect(heard(second)).toEqual([]);
  const third = version(3, { sees: 'B' }, second.states);
  expect(heard(third)).toEqual([{ previousVersion: 1, view: { sees: 'B' } }]);
});

it('who may see nothing hears nothing, and a tombstone only after having seen something', () => {
  const nothing = version(1, null);
  expect(nothing).toEqual({ states: {}, tellings: [] });
  const something = version(2, { sees: 'A' }, nothing.states);
  const gone = version(3, null, something.states);
  expect(heard(gone)).toEqual([{ previousVersion: 2, view: null }]);
  const stillGone = version(4, null, gone.states);
  expect(heard(stillGone)).toEqual([]);
  expect(heard(version(5, { sees: 'A' }, stillGone.states))).toEqual([{ previousVersion: 3, view: { sees: 'A' } }]);
});

it('what an unpublished version was about to tell, the next one tells in its place', () => {
  const told = version(1, { sees: 'A' });
  const lost = version(2, { sees: 'B' }, told.states);
  const next = version(3, { sees: 'B' }, lost.states, 2);
  expect(heard(next)).toEqual([{ previousVersion: 1, view: { sees: 'B' } }]);
});

it('what an unpublished version was about to tell and the next one undoes is not told', () => {
  const told = version(1, { sees: 'A' });
  const lost = version(2, null, told.states);
  const undone = version(3, { sees: 'A' }, lost.states, 2);
  expect(heard(undone)).toEqual([]);
  expect(heard(version(4, { sees: 'B' }, undone.states, 3))).toEqual([{ previousVersion: 1, view: { sees: 'B' } }]);
});

it('an unpublished version that told an audience nothing takes nothing from it', () => {
  const told = version(1, { sees: 'A' });
  const silent = version(2, { sees: 'A' }, told.states);
  const next = version(3, { sees: 'B' }, silent.states, 2);
  expect(heard(next)).toEqual([{ previousVersion: 1, view: { sees: 'B' } }]);
});

it('a version that is published again tells each audience what it told it, and nobody else anything', () => {
  const both = [watching('one', { sees: 'A' }), watching('other', { sees: 'A' })];
  const first = tellOf(both, of(1), { states: {}, unpublishedVersion: null });
  const changed = [watching('one', { sees: 'B' }), watching('other', { sees: 'A' })];
  const second = tellOf(changed, of(2), { states: first.states, unpublishedVersion: null });
  expect(tellAgain(changed, of(2), second.states)).toEqual([
    { audience: 'one', previousVersion: 1, view: { sees: 'B' } },
  ]);
});

it('an audience that is new hears of a customer with its next version', () => {
  const before = version(1, { sees: 'A' });
  const both = [watching('one', { sees: 'A' }), watching('new', { sees: 'X' })];
  const after = tellOf(both, of(2), { states: before.states, unpublishedVersion: null });
  expect(after.tellings).toEqual([{ audience: 'new', previousVersion: 0, view: { sees: 'X' } }]);
});

describe('a muted audience', () => {
  const muted = (view: View): AudienceView => ({ ...watching('one', view), muted: true });
  const mutedVersion = (number: number, states: AudienceStates, unpublishedVersion: number | null = null) =>
    tellOf([muted({ sees: 'other' })], of(number), { states, unpublishedVersion });

  it('hears nothing, and goes on where it was once it is told again', () => {
    const before = version(1, { sees: 'A' });
    const silent = mutedVersion(2, before.states);
    expect(silent.tellings).toEqual([]);
    expect(heard(version(3, { sees: 'A' }, silent.states))).toEqual([]);
    expect(heard(version(3, { sees: 'B' }, silent.states))).toEqual([{ previousVersion: 1, view: { sees: 'B' } }]);
  });

  it('is not taken to have heard what an unpublished version was about to tell it', () => {
    const told = version(1, { sees: 'A' });
    const lost = version(2, { sees: 'B' }, told.states);
    const silent = mutedVersion(3, lost.states, 2);
    expect(heard(version(4, { sees: 'B' }, silent.states, 3))).toEqual([{ previousVersion: 1, view: { sees: 'B' } }]);
  });

  it('that was never told of a customer leaves nothing in its document', () => {
    expect(mutedVersion(1, {})).toEqual({ states: {}, tellings: [] });
  });

  it('still hears what a saved version has told it, when that is published at last', () => {
    const { states } = version(1, { sees: 'A' });
    expect(tellAgain([muted({ sees: 'A' })], of(1), states)).toEqual([
      { audience: 'one', previousVersion: 0, view: { sees: 'A' } },
    ]);
  });
});

it('what is kept of an audience does not grow', () => {
  let { states } = version(1, { sees: '0' });
  const size = JSON.stringify(states).length;
  for (let number = 2; number < 9; number += 1)
    ({ states } = version(number, { sees: String(number) }, states, number - 1));
  expect(JSON.stringify(states).length).toBeLessThanOrEqual(size + 40);
});
