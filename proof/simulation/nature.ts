/** What happens by itself: replication, markers, sessions that end, processes that go on or are started again. */
import type { Mover } from './call.ts';
import type { World } from './world.ts';

export const byThemselves = (world: World): Mover[] => {
  const { mongo, kafka, group, random, schedule, scheduler } = world;
  const mover = (name: string, weight: number, ready: () => boolean, act: () => void): Mover => ({
    notBefore: 0,
    weight: () => weight,
    ready,
    move: () => {
      scheduler.note('world', name);
      act();
    },
  });
  const replicate = (): void => mongo.replicate(random.int(1, mongo.lag));
  const writeMarkers = (): void => kafka.writeMarkers();
  const assign = (): void => group.assign();
  const silent = () => group.members.find(({ process }) => process.state !== 'running');
  const expire = (): void => group.remove(silent()?.memberId ?? '');
  const learn = (): void => void (world.schemaKnown = true);
  return [
    mover('mongodb.replicates', schedule.replicationRate, () => mongo.lag > 0, replicate),
    mover('kafka.markers', 0.4, () => kafka.unwritten().length > 0, writeMarkers),
    mover('group.assigns', 0.7, () => group.complete, assign),
    mover('group.expires', 0.4, () => silent() !== undefined, expire),
    mover('registry.learns', 0.02, () => schedule.unknownSchemas && !world.schemaKnown, learn),
    ...Array.from({ length: schedule.members }, (_, index) => revival(world, index)),
  ];
};

/** A paused member goes on, a dead one is replaced. */
const revival = (world: World, index: number): Mover => {
  let lives = 1;
  return {
    get notBefore() {
      return world.members[index]?.notBefore ?? 0;
    },
    weight: () => 1,
    ready: () => world.members[index]?.state !== 'running',
    move: () => {
      const member = world.members[index];
      if (member?.state === 'paused') member.resume();
      else world.start(index, (lives += 1));
    },
  };
};
