/** Whoever does not collect traces pays nothing for them. */
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';

/** Prints the packages that are loaded when tracing starts. */
const SCRIPT = `
  import { registerHooks } from 'node:module';
  registerHooks({
    resolve(name, context, next) {
      if (name.startsWith('@opentelemetry/')) console.log(name);
      return next(name, context);
    },
  });
  const { startTracing } = await import('./src/operations/tracing.ts');
  const { loadConfig } = await import('./src/config.ts');
  const config = loadConfig(process.env, ['tracing']);
  const tracing = await startTracing(config.tracing, { version: '1', group: 'g', outputTopic: 't' }, {});
  console.log(tracing === undefined ? 'no tracing' : 'tracing');
  await tracing?.stop();
`;

const loadedWith = (env: Record<string, string>): string[] =>
  execFileSync(process.execPath, ['--input-type=module', '--eval', SCRIPT], {
    env: { PATH: process.env['PATH'], ...env },
    encoding: 'utf8',
  })
    .trim()
    .split('\n');

it('without a collector nothing of OpenTelemetry is loaded', () => {
  expect(loadedWith({})).toEqual(['no tracing']);
  const collector = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' };
  expect(loadedWith({ ...collector, OTEL_SDK_DISABLED: 'true' })).toEqual(['no tracing']);
  expect(loadedWith(collector)).toEqual(expect.arrayContaining(['@opentelemetry/sdk-trace', 'tracing']));
});

it('one file knows OpenTelemetry, and is loaded in one place', () => {
  const mentioning = (text: string): string[] =>
    globSync('src/**/*.ts').filter((file) => readFileSync(file, 'utf8').includes(text));
  expect(mentioning("'@opentelemetry/")).toEqual(['src/operations/open-telemetry.ts']);
  expect(mentioning('/open-telemetry.ts')).toEqual(['src/operations/tracing.ts']);
  expect(readFileSync('src/operations/tracing.ts', 'utf8')).toContain("await import('./open-telemetry.ts')");
});
