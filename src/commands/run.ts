import { createHealth } from '../operations/health.ts';
import { operationsRoutes, startHttp } from '../operations/http.ts';
import { createLogger, logObserver } from '../operations/logging.ts';
import { createMetrics } from '../operations/metrics.ts';
import { startTracing } from '../operations/tracing.ts';
import { forgetSecrets, loadConfig } from '../config.ts';
import { contractOf } from '../domain/contracts.ts';
import { isProfileError } from '../errors.ts';
import { packageVersion } from '../package-version.ts';
import { observers } from '../pipeline/observer.ts';
import { examples, type Register, untilStopped } from './command.ts';
import { startWhenPossible } from './compose.ts';
import { watchLag } from './lag-watch.ts';

export const register: Register = (program) => {
  program
    .command('run')
    .summary('process events: one member of the consumer group')
    .description(
      'Reads the input topics, keeps one profile a customer in MongoDB and publishes customer-updated, until SIGTERM or\n' +
        'SIGINT. Start as many as there are partitions, at the most; any of them may be stopped or killed at any time.',
    )
    .addHelpText('after', examples(['one member', 'run'], ['with every batch in the log', 'run # LOG_LEVEL=debug']))
    .action(run);
};

const run = async (): Promise<void> => {
  const config = loadConfig(process.env);
  forgetSecrets(process.env);
  const log = createLogger(config.logLevel);
  const health = createHealth(config.stallLimitMs);
  const version = packageVersion();
  const metrics = createMetrics(version);
  const outputTopic = contractOf('CustomerUpdated', config.topicPrefix).topic;
  const origin = { version, group: config.group, outputTopic };
  const tracing = await startTracing(config.tracing, origin, log);
  const http = await startHttp(config.httpPort, operationsRoutes(health, metrics));
  const { signal, release } = untilStopped();
  log.info('listening', { port: http.port });
  for (const [kind, found] of Object.entries(config.rules)) {
    if (found) log.info('rules read', { kind, rules: found.rules.length, digest: found.digest });
  }
  try {
    const hooks = {
      observe: observers(health.observe, metrics.observe, logObserver(log)),
      tracing,
      clientLog: (message: string, { level }: { level: string }) =>
        log.debug(message, { kind: `kafka client ${level}` }),
    };
    const processor = await startWhenPossible(config, hooks, signal, ({ code }) => {
      log.warn('start waits', { reason: code });
      health.observe({ type: 'unassigned', reason: code });
    });
    const lag = watchLag(processor, metrics.lagging, ({ code }) => log.debug('lag unknown', { reason: code }));
    await aborted(signal);
    lag.stop();
    // A second signal ends the process the hard way, which loses nothing either.
    release();
    log.info('stopping');
    await processor.stop();
    log.info('stopped');
  } catch (error) {
    if (!isProfileError(error, 'CLOSED')) throw error;
  } finally {
    release();
    await http.close();
    await tracing?.stop();
  }
};

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
