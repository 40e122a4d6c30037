/** Faults as they land: in calls, and at any moment. */
import type { CallPort } from './call.ts';
import { Member } from './member.ts';
import type { WorldFault } from './schedule.ts';
import type { World } from './world.ts';

/** Calls as members make them: each may meet a fault. */
export const faultyCalls =
  ({ scheduler, random, faults }: World): CallPort =>
  (caller, request) => {
    const fault = caller instanceof Member && caller.state === 'running' ? faults.ofCall(request.name) : null;
    if (fault === null) return scheduler.call(caller, request);
    faults.landed(request.name, fault);
    scheduler.note(caller.name, `${request.name} asked`, fault);
    const some = random.int(0, Math.max(0, request.effects.length - 1));
    switch (fault) {
      case 'failed':
        return scheduler.call(caller, request, { outage: 'after-effects', effects: 0 });
      case 'lost-reply':
        return scheduler.call(caller, request, { outage: 'after-effects' });
      case 'half':
        return scheduler.call(caller, request, { outage: 'after-effects', effects: some });
      case 'late':
        return scheduler.call(caller, request, { outage: 'at-once', notBefore: scheduler.later() });
      case 'slow':
        return scheduler.call(caller, request, { notBefore: scheduler.later() });
      case 'crash':
      case 'pause': {
        const answered = scheduler.call(caller, request);
        if (caller instanceof Member) caller[fault]();
        return answered;
      }
    }
  };

/** Something goes wrong now; where it would change nothing, it does not count. */
export const befall = (world: World, fault: WorldFault): void => {
  const { random, members } = world;
  const running = members.filter(({ state }) => state === 'running');
  const member = running[random.int(0, Math.max(0, running.length - 1))];
  const where = member === undefined ? null : strike(world, member, fault);
  if (where === null) return;
  world.faults.landed(where, fault);
  world.scheduler.note('world', fault, where);
};

/** Where it landed; null where nothing was to be hit. */
const strike = (world: World, member: Member, fault: WorldFault): string | null => {
  const { random, group, mongo, kafka, scheduler } = world;
  switch (fault) {
    case 'crash':
    case 'pause':
    case 'leave':
      member[fault]();
      return 'between steps';
    case 'kick': {
      const { memberId } = member.client;
      if (memberId === null || !group.isMember(memberId)) return null;
      group.remove(memberId);
      return 'group';
    }
    case 'rewind':
      return member.client.move(-random.int(1, 4)) ? 'client' : null;
    case 'skip':
      return member.client.move(random.int(1, 2)) ? 'client' : null;
    case 'transaction-timeout':
      return kafka.timeOut() ? 'open transaction' : null;
    case 'failover': {
      const lost = mongo.failover(random.int(0, mongo.lag));
      const broken = scheduler.disconnect('mongodb');
      if (lost > 0) return 'unreplicated writes';
      return broken > 0 ? 'calls under way' : null;
    }
  }
};
