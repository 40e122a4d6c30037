import avro from 'avsc';
import { noticeDateOf } from '../../../../src/domain/audiences/notice-date.ts';
import { aContract, profileOf } from '../../../helpers/domain.ts';
import { DAY } from './customer.ts';

const noticeDate = (endDateTime: number | null, noticeDays: number | null): number | null | undefined => {
  const { agreements } = profileOf(aContract({ noticeDays, period: { startDateTime: null, endDateTime } }));
  return agreements.map(noticeDateOf)[0];
};

describe('the date of notice', () => {
  it('is as many days before the end as the notice has', () => {
    expect(noticeDate(Date.UTC(2025, 2, 31), 31)).toBe(Date.UTC(2025, 1, 28));
    expect(noticeDate(5 * DAY, 0)).toBe(5 * DAY);
  });

  it('is unknown when the end or the notice is', () => {
    expect(noticeDate(null, 30)).toBeNull();
    expect(noticeDate(5 * DAY, null)).toBeNull();
    expect(profileOf(aContract({ noticeDays: 30 })).agreements.map(noticeDateOf)).toEqual([null]);
  });

  it('stays a date that can be written and read, however absurd the notice is', () => {
    const date = noticeDate(Date.UTC(2025, 0, 1), 2 ** 31 - 1) ?? NaN;
    expect(date).toBe(Date.UTC(1900, 0, 1));
    const long = avro.Type.forSchema('long');
    expect(long.fromBuffer(long.toBuffer(date))).toBe(date);
  });
});
