/** A member with rules: what subscribers see of them, and what becomes of a member with wrong ones. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOutputDecoder } from '../../src/verification/index.ts';
import type { CustomerUpdated } from '../../src/domain/generated/CustomerUpdated.ts';
import type { MarketingProfileUpdated } from '../../src/domain/generated/MarketingProfileUpdated.ts';
import { startChild } from '../helpers/child.ts';
import { EXAMPLE_SEGMENTS } from '../helpers/rules.ts';
import { createScenario, type Scenario } from '../helpers/scenario.ts';

let scenario: Scenario;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'segments-'));
  scenario = await createScenario({ partitions: 2, env: { SEGMENTS_FILE: EXAMPLE_SEGMENTS } });
});
afterAll(async () => {
  await scenario.close();
  rmSync(folder, { recursive: true });
});

it('customer-updated and marketing tell the segments that follow from the rules of the file', async () => {
  const member = scenario.member();
  await member.running();
  await scenario.traffic({ events: 1_200, customers: 60 }).published;
  await scenario.drained();
  expect((await scenario.verified()).violations).toEqual([]);

  const prefix = scenario.env['TOPIC_PREFIX'] ?? '';
  const read = async <Event>(
    topic: string,
    record: 'CustomerUpdated' | 'MarketingProfileUpdated',
  ): Promise<Event[]> => {
    const decode = createOutputDecoder<Event>(scenario.registry, record);
    const events = await Promise.all((await scenario.records(prefix + topic)).map(({ value }) => decode(value)));
    return events.filter((event) => event !== null);
  };
  const updates = await read<CustomerUpdated>('customer-updated', 'CustomerUpdated');
  const seen = new Set(updates.flatMap(({ profile }) => profile.segments));
  expect([...seen]).toEqual(expect.arrayContaining(['high-value', 'no-broadband', 'churn-risk']));

  const told = await read<MarketingProfileUpdated>('customer-updated.marketing', 'MarketingProfileUpdated');
  const segments = new Map(updates.map(({ eventId, profile }) => [eventId, profile.segments]));
  expect(told.length).toBeGreaterThan(20);
  for (const event of told) expect(event.segments).toEqual(segments.get(event.eventId));
});

it('a member with a faulty file does not start, says everything that is wrong with it, and ends with exit code 3', async () => {
  const file = join(folder, 'segments.json');
  const rules = [
    { name: 'tv', description: 'x', match: { 'products.kategory': 'tv' } },
    { name: 'now', description: 'x', match: { $expr: { $lt: ['$orderSummary.lastOrderDate', '$$NOW'] } } },
  ];
  writeFileSync(file, JSON.stringify({ version: 1, rules }));
  const child = startChild(['src/main.ts', 'run'], { ...scenario.env, SEGMENTS_FILE: file });
  expect(await child.ended).toMatchObject({ code: 3 });
  expect(child.output()).toMatch(
    /CONFIG_INVALID: SEGMENTS_FILE: rules\[0\] "tv", match\.products\.kategory: products: there is no/,
  );
  expect(child.output()).toMatch(/\nSEGMENTS_FILE: rules\[1\] "now", match\.\$expr: is not allowed/);
});
