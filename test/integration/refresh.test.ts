/** The command `refresh` after a change of rules, on real servers, while the group is at work. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CustomerUpdated } from '../../src/domain/generated/CustomerUpdated.ts';
import { createOutputDecoder } from '../../src/verification/index.ts';
import { startChild } from '../helpers/child.ts';
import { createScenario, type Scenario } from '../helpers/scenario.ts';

let scenario: Scenario;
let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'refresh-'));
  write('now', [{ name: 'has-tv', description: 'x', match: { 'products.category': 'tv' } }]);
  scenario = await createScenario({ partitions: 3, env: { SEGMENTS_FILE: file('now') } });
});
afterEach(async () => {
  await scenario.close();
  rmSync(folder, { recursive: true });
});

const file = (name: string): string => join(folder, `${name}.json`);
const write = (name: string, rules: object[]): void => writeFileSync(file(name), JSON.stringify({ version: 1, rules }));

const command = async (...args: string[]): Promise<{ code: number | null; output: string }> => {
  const child = startChild(['src/main.ts', 'refresh', ...args], scenario.env);
  const { code } = await child.ended;
  return { code, output: child.output() };
};

const updates = async (): Promise<CustomerUpdated[]> => {
  const decode = createOutputDecoder<CustomerUpdated>(scenario.registry, 'CustomerUpdated');
  const topic = scenario.inputs[0].replace('order-finalized', 'customer-updated');
  const events = await Promise.all((await scenario.records(topic)).map(({ value }) => decode(value)));
  return events.filter((event) => event !== null);
};

/** Profiles of 40 customers, derived without any rule of segments. */
const known = async (): Promise<void> => {
  write('before', []);
  const member = scenario.memberWith({ SEGMENTS_FILE: file('before') });
  await scenario.traffic({ events: 400, customers: 40, brokenRatio: 0 }).published;
  await scenario.drained();
  await member.stop();
};

it('publishes what other rules change, of whom they change it, and nothing of anybody else', async () => {
  await known();
  const before = await updates();
  expect((await scenario.verified()).violationCounts).toHaveProperty('profile-differs');
  await Promise.all([scenario.member(), scenario.member()].map((member) => member.running()));
  const more = scenario.traffic({ events: 60, customers: 40, brokenRatio: 0, seed: 2, rate: 20 });
  expect(await command('--all', '--yes', '--rate', '200', '--json')).toMatchObject({ code: 0 });
  await more.published;
  await scenario.drained();
  expect(await scenario.verified()).toMatchObject({ ok: true, violations: [] });

  const after = (await updates()).slice(before.length);
  const refreshed = after.filter(({ causes }) => causes.some(({ eventType }) => eventType === 'ProfileCommand'));
  expect(refreshed.length).toBeGreaterThan(3);
  for (const { changedPaths, profile } of refreshed) {
    expect([changedPaths, profile.segments]).toEqual([['segments'], ['has-tv']]);
  }
});

it('goes on behind the customer where it was stopped, and asks for those of a segment only', async () => {
  await known();
  const sent = async (...args: string[]): Promise<unknown> =>
    JSON.parse((await command(...args, '--yes', '--json')).output);
  const everybody = await sent('--all');
  const topic = scenario.inputs[0].replace('order-finalized', 'profile-command');
  const ids = (await scenario.records(topic)).map(({ key }) => String(key)).sort();
  expect(ids.length).toBeGreaterThan(30);
  expect(everybody).toMatchObject({ sent: ids.length, last: ids.at(-1), complete: true });
  expect(await sent('--all', '--after', ids.at(-16) ?? '')).toMatchObject({ sent: 15, last: ids.at(-1) });
  expect(await sent(ids[0] ?? '', ids[1] ?? '')).toMatchObject({ sent: 2 });

  scenario.member();
  await scenario.drained();
  const holders = new Set(
    (await updates()).filter(({ profile }) => profile.segments.length > 0).map((e) => e.customerId),
  );
  expect(await sent('--segment', 'has-tv')).toMatchObject({ sent: holders.size });
  expect(await sent('--segment', 'nobody')).toMatchObject({ sent: 0, complete: true });
});

it('is slow on purpose, stops on a signal, and says how to go on', async () => {
  await known();
  const child = startChild(['src/main.ts', 'refresh', '--all', '--yes', '--rate', '10'], scenario.env);
  const topic = scenario.inputs[0].replace('order-finalized', 'profile-command');
  while ((await scenario.records(topic)).length < 10) await new Promise((resolve) => setTimeout(resolve, 50));
  child.signal('SIGINT');
  expect(await child.ended).toMatchObject({ code: 1 });
  const [, last] =
    /Stopped after \d+ customers\. To go on: customer-profile refresh --all --after (\S+)/.exec(child.output()) ?? [];
  const ids = (await scenario.records(topic)).map(({ key }) => String(key));
  expect(ids.length).toBeLessThan(40);
  expect(ids).toContain(last);
});

it.each([
  [[], 'give either customer ids, or --all, or --segment'],
  [['c-1', '--all'], 'give either customer ids, or --all, or --segment'],
  [['c-1', '--after', 'c-0'], '--after goes with --all or --segment'],
  [['--all'], 'without a terminal to ask on, give --yes'],
])('asks for what is missing: %j', async (args, message) => {
  const { code, output } = await command(...args);
  expect([code, output.includes(message)]).toEqual([2, true]);
});
