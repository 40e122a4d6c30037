import type { Scenario } from './scenario.ts';

/** A member processes what comes, stops when it is told to, and has made what it should. */
export const works = async (scenario: Scenario): Promise<void> => {
  const member = await scenario.run();
  await scenario.traffic({ events: 60 }).published;
  await scenario.drained();
  expect(await member.stop()).toMatchObject({ code: 0 });
  expect(await scenario.verified()).toMatchObject({ ok: true, violations: [] });
};
