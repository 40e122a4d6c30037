/** Traces, for whoever collects them: without an endpoint nothing of OpenTelemetry is loaded. */
import type { Tracing } from '../pipeline/tracing.ts';
import type { Log } from './logging.ts';

export interface TracingSettings {
  /** Where traces are sent, by OTLP over HTTP; absent when nobody collects them. */
  readonly url: string | undefined;
  /** Of the requests; may be secret. */
  readonly headers: Readonly<Record<string, string>>;
  readonly serviceName: string;
  readonly resourceAttributes: Readonly<Record<string, string>>;
  /** Which traces are taken; after `parentbased_`, what a producer has decided stands. */
  readonly sampler: `${'parentbased_' | ''}${'always_on' | 'always_off' | 'traceidratio'}`;
  /** Of the traces that are taken by `traceidratio`, from 0 to 1. */
  readonly share: number;
}

/** What every span says of where it comes from. */
export interface Origin {
  readonly version: string;
  readonly group: string;
  /** Of the versions, prefix included. */
  readonly outputTopic: string;
}

export interface CollectedTracing extends Tracing {
  /** Sends what is left, for as long as a collector that answers needs. */
  stop(): Promise<void>;
}

export const startTracing = async (
  settings: TracingSettings,
  origin: Origin,
  log: Log,
): Promise<CollectedTracing | undefined> => {
  if (settings.url === undefined) return undefined;
  const { createTracing } = await import('./open-telemetry.ts');
  return createTracing({ ...settings, url: settings.url }, origin, log);
};
