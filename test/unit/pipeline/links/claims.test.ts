/** What a version says of the values that its customer has, when versions are published, lost, taken over and undone. */
import { type Claims, claimsAgain, claimsOf, type LinkState } from '../../../../src/pipeline/links/claims.ts';

const version = (
  number: number,
  links: string[],
  state: LinkState | null = null,
  unpublishedVersion: number | null = null,
) => claimsOf(links, number, { state, unpublishedVersion }, NOBODY);

const NOBODY: ReadonlySet<string> = new Set();

/** With a question mark what is to be answered whether or not others have it. */
const said = ({ claims }: Pick<Claims, 'claims'>): string[] =>
  claims.map(({ link, linked, told }) => `${linked ? '+' : '-'}${link}${told ? '?' : ''}`);

it('says once what a customer has, and nothing while that stays', () => {
  const first = version(1, ['a', 'b']);
  expect(said(first)).toEqual(['+a', '+b']);
  const second = version(2, ['a', 'b'], first.state);
  expect(said(second)).toEqual([]);
  expect(second.state).toBe(first.state);
});

it('says what has come and what is gone', () => {
  const { state } = version(1, ['a', 'b']);
  expect(said(version(2, ['b', 'c'], state))).toEqual(['+c', '-a']);
});

it('leaves nothing in the document of a customer who shares nothing', () => {
  expect(version(1, [])).toEqual({ state: null, claims: [] });
});

it('says in the place of an unpublished version what that was about to say', () => {
  const { state } = version(1, ['a', 'b']);
  expect(said(version(2, ['a', 'b'], state, 1))).toEqual(['+a', '+b']);
});

it('withdraws what only an unpublished version had claimed, or had yet to withdraw', () => {
  const first = version(1, ['a', 'b']);
  const lost = version(2, ['b', 'c'], first.state);
  const next = version(3, ['b'], lost.state, 2);
  expect(said(next)).toEqual(['+b', '-a', '-c']);
  expect(said(version(4, [], next.state, 3))).toEqual(['-a', '-b', '-c']);
});

it('does not take an unpublished version that said nothing for one that did', () => {
  const first = version(1, ['a']);
  const silent = version(2, ['a'], first.state);
  expect(said(version(3, ['a'], silent.state, 2))).toEqual([]);
});

it('says again what a redelivered version has said, and nothing for one that said nothing', () => {
  const first = version(1, ['a', 'b']);
  const second = version(2, ['b'], first.state);
  expect(said({ claims: claimsAgain(second.state, 2, new Set(['a', 'b'])) })).toEqual(['+b?', '-a']);
  expect(claimsAgain(second.state, 3, NOBODY)).toEqual([]);
  expect(claimsAgain(null, 3, NOBODY)).toEqual([]);
});

it('asks of what it has a number for, lest a number stay that was right once', () => {
  const archived = version(2, [], version(1, ['a', 'b']).state);
  const back = claimsOf(['a', 'b'], 3, { state: archived.state, unpublishedVersion: null }, new Set(['a']));
  expect(said(back)).toEqual(['+a?', '+b']);
});

it('says all once more when answers may have been missed, and of a value that it has no more but has a number for', () => {
  const { state } = version(1, ['a', 'b']);
  const missed = { state, unpublishedVersion: null, asksAnew: true };
  expect(said(claimsOf(['a', 'b'], 2, missed, new Set(['b', 'c'])))).toEqual(['+a', '+b?', '-c']);
});
