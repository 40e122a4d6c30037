import { customerUpdated } from '../../../src/domain/customer-updated.ts';
import { derive } from '../../../src/domain/derive.ts';
import { emptyFacts } from '../../../src/domain/facts.ts';
import { merge } from '../../../src/domain/merge.ts';
import { cloudEventHeaders, readCloudEvent, versionOfTombstone } from '../../../src/pipeline/cloud-events.ts';
import { order } from '../../helpers/events.ts';
import { RULES } from '../../helpers/rules.ts';

const update = customerUpdated({
  customerId: 'customer-1',
  version: 4,
  previousVersion: 2,
  pending: { paths: [], causes: [], occurredAt: Date.UTC(2024, 1, 29, 12) },
  profile: derive(merge(emptyFacts, order()), RULES),
});

describe('the headers of an update', () => {
  it('are those of CloudEvents 1.0 in binary mode', () => {
    expect(cloudEventHeaders('CustomerUpdated', update, '/group')).toEqual({
      ce_specversion: '1.0',
      ce_id: 'customer-1:4',
      ce_source: '/group',
      ce_type: 'customerprofile.CustomerUpdated',
      ce_time: '2024-02-29T12:00:00.000Z',
      'content-type': 'application/avro',
    });
  });

  it('are read as they were written, also as the bytes that Kafka hands out', () => {
    const written = cloudEventHeaders('CustomerUpdated', update, '/group');
    const received = Object.fromEntries(
      Object.entries(written).map(([name, text]) => [name, Buffer.from(String(text))]),
    );
    const read = {
      id: 'customer-1:4',
      source: '/group',
      type: 'customerprofile.CustomerUpdated',
      time: '2024-02-29T12:00:00.000Z',
    };
    expect(readCloudEvent(written)).toEqual(read);
    expect(readCloudEvent(received)).toEqual(read);
  });
});

describe('the headers of a received record', () => {
  it('are no CloudEvent without an id', () => {
    expect(readCloudEvent({})).toBeNull();
    expect(readCloudEvent({ ce_source: '/orders', 'content-type': 'application/avro' })).toBeNull();
  });

  it('may say less than all, and what they repeat counts as last said', () => {
    expect(readCloudEvent({ ce_id: [Buffer.from('first'), Buffer.from('last')] })).toEqual({
      id: 'last',
      source: null,
      type: null,
      time: null,
    });
  });
});

describe('the version of a tombstone', () => {
  it('is read from its id, whatever the customer is called', () => {
    expect(versionOfTombstone({ ce_id: Buffer.from('c:1:x:42') })).toBe(42);
  });

  it('is unknown where the headers do not say it', () => {
    const silent = [undefined, {}, { ce_id: 'customer-1' }, { ce_id: '42' }];
    expect(silent.map((headers) => versionOfTombstone(headers))).toEqual([null, null, null, null]);
  });
});
