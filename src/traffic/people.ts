/** Customers who do not exist: names at random, reserved domains, phone numbers set aside for fiction, invented streets. */
import type { Address, ContactMedium, Party } from '../domain/generated/ContractSigned.ts';
import type { Random } from './random.ts';

export interface Person {
  readonly party: Party;
  /** The first of each type is the one the customer prefers. */
  readonly contactMediums: readonly ContactMedium[];
  readonly address: Address;
  readonly language: string;
  readonly currency: string;
}

interface Country {
  readonly code: string;
  readonly currency: string;
  readonly language: string;
  readonly givenNames: readonly [string, ...string[]];
  readonly familyNames: readonly [string, ...string[]];
  readonly cities: readonly [string, ...string[]];
  readonly streets: readonly [string, ...string[]];
  /** A number that its regulator keeps for films and examples. */
  readonly phone: (random: Random) => string;
}

const digits = (random: Random, from: number, to: number): string =>
  String(random.int(from, to)).padStart(String(to).length, '0');

const COUNTRIES: readonly [Country, ...Country[]] = [
  {
    code: 'GB',
    currency: 'GBP',
    language: 'en-GB',
    givenNames: ['Amelia', 'Oliver', 'Isla', 'Harry', 'Zainab', 'Rhys'],
    familyNames: ['Ashworth', 'Okafor', 'Pemberton', 'Llewellyn', 'Sutherland'],
    cities: ['Borchester', 'Walford', 'Weatherfield'],
    streets: ['Foundry Lane', 'Orchard Row', 'Canal Street'],
    phone: (random) => `+44207946${digits(random, 0, 999).padStart(4, '0')}`,
  },
  {
    code: 'DE',
    currency: 'EUR',
    language: 'de',
    givenNames: ['Jürgen', 'Anneliese', 'Mehmet', 'Käthe', 'Lukas', 'Sofia'],
    familyNames: ['Grünwald', 'Weißmann', 'Yıldırım', 'Brandt', 'Köhler'],
    cities: ['Entenhausen', 'Bielstadt', 'Lindenau'],
    streets: ['Ahornweg', 'Mühlengasse', 'Am Anger'],
    phone: (random) => `+493023125${digits(random, 0, 999)}`,
  },
  {
    code: 'FR',
    currency: 'EUR',
    language: 'fr',
    givenNames: ['Chloé', 'Étienne', 'Inès', 'Théo', 'Maëlle', 'Karim'],
    familyNames: ['Lefèvre', 'Dubois', 'N’Diaye', 'Garnier', 'Bélanger'],
    cities: ['Clochemerle', 'Saint-Lazare-des-Prés', 'Valmont'],
    streets: ['rue des Tilleuls', 'impasse du Moulin', 'quai aux Fleurs'],
    phone: (random) => `+3363998${digits(random, 0, 9999)}`,
  },
  {
    code: 'SE',
    currency: 'SEK',
    language: 'sv',
    givenNames: ['Åsa', 'Björn', 'Linnéa', 'Gustav', 'Amina', 'Sören'],
    familyNames: ['Sjöberg', 'Nyström', 'Hägglund', 'Åkesson', 'Lind'],
    cities: ['Ankeborg', 'Björkvik', 'Rosenlund'],
    streets: ['Björkgatan', 'Sjövägen', 'Kvarnstigen'],
    phone: (random) => `+46701740${random.int(605, 699)}`,
  },
  {
    code: 'US',
    currency: 'USD',
    language: 'en-US',
    givenNames: ['Maria', 'James', 'Aaliyah', 'Ethan', 'Mei', 'Diego'],
    familyNames: ['Ramirez', 'Johnson', 'Nguyen', 'O’Connor', 'Whitfield'],
    cities: ['Springfield', 'Hill Valley', 'Riverdale'],
    streets: ['Evergreen Terrace', 'Maple Street', 'Lakeview Drive'],
    phone: (random) => `+1202555${digits(random, 100, 199).padStart(4, '0')}`,
  },
];

const COMPANIES: readonly [string, ...string[]] = ['Acme Freight', 'Globex Bakery', 'Initech Dental', 'Umbra Florists'];

const DAY_MS = 86_400_000;
const BORN_FROM = Date.UTC(1940, 0, 1) / DAY_MS;
const BORN_TO = Date.UTC(2004, 0, 1) / DAY_MS;

/**
 * Everything about a customer follows from the customer's own source of choices, and from that of `home`, which others may
 * share. `number` tells namesakes apart.
 */
export const createPerson = (random: Random, number: number, home: Random = random): Person => {
  const country = home.pick(COUNTRIES);
  const givenName = random.pick(country.givenNames);
  const familyName = home.pick(country.familyNames);
  const address = addressIn(country, home);
  const name = [givenName, familyName].map(plainLetters).join('.');
  const email = `${name}${number}@example.${random.pick(['com', 'org', 'net'])}`;
  return {
    party: random.chance(0.08)
      ? organization(`${random.pick(COMPANIES)} ${number}`, random)
      : individual(givenName, familyName, random),
    contactMediums: [
      medium({ mediumType: 'email', emailAddress: email, validation: random.pick(['verified', 'unverified']) }),
      medium({ mediumType: 'phone', phoneNumber: country.phone(home) }),
      ...(random.chance(0.5) ? [medium({ mediumType: 'postalAddress', address, validation: 'verified' })] : []),
    ],
    address,
    language: country.language,
    currency: country.currency,
  };
};

/** One more way to reach the customer: an address that was typed by hand, or another number, or one that does not answer. */
export const anotherContact = ({ contactMediums, address }: Person, random: Random, number: number): ContactMedium => {
  const [email, phone] = contactMediums;
  const kinds: readonly [Partial<ContactMedium>, ...Partial<ContactMedium>[]] = [
    { mediumType: 'email', emailAddress: ` ${email?.emailAddress?.toUpperCase() ?? ''}` },
    { mediumType: 'email', emailAddress: `c${number}.home@example.org` },
    { mediumType: 'email', emailAddress: `c${number}.at.example.org`, preferred: false },
    { mediumType: 'phone', phoneNumber: phone?.phoneNumber?.replace(/(\d{3})$/, ' $1') ?? null },
    { mediumType: 'phone', phoneNumber: phone?.phoneNumber ?? null, validation: 'invalid' },
    { mediumType: 'postalAddress', address: { ...address, street2: `c/o flat ${random.int(1, 40)}` } },
  ];
  return medium(random.pick(kinds));
};

const plainLetters = (name: string): string =>
  name
    .normalize('NFD')
    .replace(/ß/g, 'ss')
    .replace(/ı/g, 'i')
    .replace(/[^A-Za-z]/g, '')
    .toLowerCase();

const addressIn = ({ code, cities, streets }: Country, random: Random): Address => ({
  street1: `${random.int(1, 250)} ${random.pick(streets)}`,
  street2: null,
  city: random.pick(cities),
  stateOrProvince: null,
  postCode: digits(random, 0, 99_999),
  country: code,
});

const NOBODY: Party = {
  partyType: 'individual',
  title: null,
  givenName: null,
  middleName: null,
  familyName: null,
  birthDate: null,
  organizationName: null,
  organizationId: null,
};

const individual = (givenName: string, familyName: string, random: Random): Party => ({
  ...NOBODY,
  givenName,
  familyName,
  birthDate: new Date(random.int(BORN_FROM, BORN_TO) * DAY_MS).toISOString().slice(0, 10),
});

const organization = (organizationName: string, random: Random): Party => ({
  ...NOBODY,
  partyType: 'organization',
  organizationName,
  organizationId: `REG-${random.hex(8)}`,
});

const medium = (said: Partial<ContactMedium>): ContactMedium => ({
  mediumType: 'unknown',
  emailAddress: null,
  phoneNumber: null,
  countryCode: null,
  address: null,
  preferred: true,
  validation: 'unverified',
  validFrom: null,
  validTo: null,
  ...said,
});
