/** Links between members and servers that are slow, silent, cut, or cut just when a reply was due. */
import { setTimeout as pause } from 'node:timers/promises';
import { KAFKA_API, httpRequest, kafkaRequest, mongodbWrite } from '../../network/protocols.ts';
import type { FaultProxy, NetworkFault } from '../../network/proxy.ts';
import { landed, missed, type Nemesis } from '../nemesis.ts';
import { type Link, LINKS } from '../servers.ts';
import { came, type World } from '../world.ts';

const WAYS = ['slow', 'silent', 'reset', 'refusing', 'reset before the reply', 'reset once sent'] as const;
type Way = (typeof WAYS)[number];
type Published = Awaited<ReturnType<World['newlyWritten']>>;

/** Of which request the reply is lost, so that whoever asked knows no result. */
const LOST_REPLY = { kafka: kafkaRequest(KAFKA_API.endTxn), mongodb: mongodbWrite, registry: httpRequest() } as const;

export const network: Nemesis = {
  kind: 'network',
  holds: (what) => `link to ${partsOf(what).link}`,
  variants: ({ servers }) =>
    servers.proxies === undefined ? [] : LINKS.flatMap((link) => WAYS.map((way) => `${link} ${way}`)),
  strike: async (world, what, random) => {
    const { link, way } = partsOf(what);
    const proxy = world.servers.proxies?.[link];
    if (proxy === undefined) return missed(what);
    const record = link === 'registry' ? await world.newlyWritten() : undefined;
    // Nobody asks the registry anything unless something new is met; a reset has to come while it is asked.
    if (record !== undefined && way === 'reset') await asked(world, proxy, record);
    const faults = begin(proxy, link, way);
    try {
      if (record !== undefined && way !== 'reset') await world.scenario.publish([record]);
      await pause(way === 'silent' ? random.int(7_000, 11_000) : random.int(2_000, 4_000));
    } finally {
      proxy.heal();
    }
    return faults.some((fault) => fault.landed > 0) ? landed(what) : missed(what);
  },
};

const ASKED_WITHIN_MS = 5_000;

const asked = async (world: World, proxy: FaultProxy, record: Published): Promise<void> => {
  const before = proxy.stats.bytesToServer;
  await world.scenario.publish([record]);
  await came(() => proxy.stats.bytesToServer > before, ASKED_WITHIN_MS);
};

const partsOf = (what: string): { link: Link; way: Way } => {
  const [link = '', ...way] = what.split(' ');
  return { link: link as Link, way: way.join(' ') as Way };
};

const begin = (proxy: FaultProxy, link: Link, way: Way): NetworkFault[] => {
  switch (way) {
    case 'slow':
      return [proxy.latency(100, 200)];
    case 'silent':
      return [proxy.blackHole()];
    case 'reset':
      return [proxy.reset()];
    case 'refusing':
      // Those that are open go on otherwise.
      return [proxy.refuse(), proxy.reset()];
    case 'reset before the reply':
      return [proxy.resetAfter(LOST_REPLY[link], 'replied')];
    case 'reset once sent':
      return [proxy.resetAfter(LOST_REPLY[link], 'sent')];
  }
};
