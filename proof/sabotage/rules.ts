/** The rules of the task protocol, and what else is guarded, in the words of the report. */
export const RULES = {
  '1': {
    title: 'Rule 1: taking a task',
    text: 'Take the next epoch → fence the transactional id → the epoch is still mine → read the committed offsets.',
  },
  '2': {
    title: 'Rule 2: the save',
    text: 'On condition of the version and of an epoch not above mine. A document with a newer epoch: I am the zombie.',
  },
  '3': {
    title: 'Rule 3: the marker',
    text: 'Save before publishing. The transaction that carries a document’s marker event publishes that version; an unpublished version is claimed when its marker comes again.',
  },
  '4': {
    title: 'Rule 4: majority',
    text: 'Read from the primary with majority, write with majority, and let the driver retry no write.',
  },
  '5': {
    title: 'Rule 5: one round at a time',
    text: 'From load to the commit’s result, over all topics of a task. A recovery starts with an empty cache.',
  },
  '6': {
    title: 'Rule 6: the position',
    text: 'Go on exactly at the committed offsets: skip what lies below, never go on above. What keeps failing is tried less and less often.',
  },
  '7': { title: 'Rule 7: refused keys', text: 'A refused record counts for the customer of its key.' },
  '8': {
    title: 'Rule 8: refusal',
    text: 'It depends on the record, never on the wall clock; one for an unknown schema waits, and then claims the document.',
  },
  '9': {
    title: 'Rule 9: what is pending',
    text: 'What an unpublished version has pending passes to the version that replaces it.',
  },
  '10': {
    title: 'Rule 10: membership',
    text: 'Ask the group before fencing again. A member that was kicked has lost every task, and one that lets go touches nothing any more.',
  },
  consent: {
    title: 'Consent',
    text: 'Campaigns see those only who have agreed, and only what their consent reaches.',
  },
  names: {
    title: 'Names',
    text: 'An audience with a key knows a customer by one name at a time: the old one ends with the version that begins the new, and nothing else says who it is.',
  },
  privacy: {
    title: 'Privacy requests',
    text: 'What is asked for is carried out, or refused by name; a restricted customer is seen by those only whose legal basis outlasts it.',
  },
  links: {
    title: 'Links',
    text: 'Who has a value is a set of registers, and no counter: whatever is said twice, late or by a zombie changes nothing, and in the end everybody knows.',
  },
  transaction: {
    title: 'One transaction',
    text: 'Updates, dead letters and offsets become visible together or not at all.',
  },
  facts: {
    title: 'The order of facts',
    text: 'Facts are a function of the set of events: the later statement wins, by version, time, event and content.',
  },
  rules: {
    title: 'Rules as data',
    text: 'What is wrong with a file is said at start, all of it; profiles follow from facts and rules alone.',
  },
  refresh: {
    title: 'Refresh',
    text: 'What follows from the same facts by other rules is a version, and nothing else is.',
  },
  router: {
    title: 'Where messages belong',
    text: 'What upstream keys by something else goes on by customer, once and as it is, and is judged as it was when it arrived. What is where its customer’s task does not find it is refused.',
  },
  assignor: {
    title: 'Giving out tasks',
    text: 'Partition _p_ of all topics goes to one member, and stays with it if it may.',
  },
  erasure: {
    title: 'Erasure',
    text: 'Nothing is left of who was erased, nothing brings the person back, and what comes after is a customer like any other.',
  },
  retention: {
    title: 'Retention',
    text: 'Hold, statutory floor, archive by consent, erasure, in this order; nothing is lost on the way to the archive, and what is forgotten stays so.',
  },
  history: {
    title: 'Customers of any size',
    text: 'Orders are in the history before they leave the document, count once and only where the document says so, are known again, and go with their customer.',
  },
  tracing: {
    title: 'Traces',
    text: 'They say what has happened, by codes and numbers, and cost nobody anything who does not collect them.',
  },
  adapters: { title: 'Clients and database', text: 'What they would do if they were left to themselves.' },
} as const;

export type Rule = keyof typeof RULES;
