import { brokerInContainer } from '../../../src/backing/containers.ts';

const OUTSIDE = 'docker.example:31092';

/** Listeners by their names. */
const listeners = (setting: unknown): Map<string, string> =>
  new Map(
    String(setting)
      .split(',')
      .map((each) => each.split('://') as [string, string]),
  );

describe('a broker in a container', () => {
  const settings = brokerInContainer('docker.example', 31_092);
  const advertised = listeners(settings['advertised.listeners']);

  it('is found by clients at the port outside', () => {
    expect(advertised.get('PLAINTEXT')).toBe(OUTSIDE);
  });

  it('finds itself where it listens, or its transactions would never end', () => {
    const inside = String(settings['inter.broker.listener.name']);
    expect(advertised.get(inside)).not.toBe(OUTSIDE);
    expect(advertised.get(inside)).toBe(listeners(settings['listeners']).get(inside));
  });
});
