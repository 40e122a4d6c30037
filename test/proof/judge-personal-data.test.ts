/** Personal data is found in a line wherever it stands, and only personal data. */
import { createPersonalData } from '../../proof/judge/personal-data.ts';
import { anAddress, anEmail, anOrder, aParty, aPhone } from '../helpers/domain.ts';

const data = createPersonalData();
const person = aParty({ givenName: 'Étienne', familyName: 'Wu', organizationName: 'Initech "Dental"' });
const media = [
  anEmail(' Etienne.Wu@example.com'),
  aPhone('+33 6 39 98 12 34'),
  anAddress('12 Canal Street', 'Valmont'),
];
for (const event of [
  anOrder({ customerId: 'c-000012', party: person, contactMediums: media }).event,
  anOrder({ customerId: '12345678', party: aParty({ familyName: 'Partition', givenName: 'Ann' }) }).event,
]) {
  data.collect({ ...event });
}

describe('personal data in a line of a log', () => {
  it.each([
    ['customerId', 'no document of c-000012'],
    ['customerId', '{"key":"C-000012"}'],
    ['givenName', 'for étienne, again'],
    ['givenName', String.raw`{"msg":"\u00c9tienne"}`],
    ['name', 'ÉTIENNE WU'],
    ['organizationName', JSON.stringify({ msg: 'Initech "Dental"' })],
    ['emailAddress', 'sent to <etienne.wu@example.com>.'],
    ['phoneNumber', 'called +33 6 39 98 12 34'],
    ['phoneNumber', 'called +33639981234'],
    ['street', '"12 canal street"'],
  ])('is found: %s', (kind, line) => {
    expect(data.kindIn(line)).toBe(kind);
  });

  it.each([
    ['a longer identifier', 'c-0000123 and xc-000012'],
    ['a name that is a word of the logs', 'partition 3 opened'],
    ['a number that may be a count', '{"offset":12345678}'],
    ['a name of two letters', 'wu'],
    ['part of an address', 'example.com'],
    ['nothing', ''],
  ])('is not found in %s', (_, line) => {
    expect(data.kindIn(line)).toBeNull();
  });
});
