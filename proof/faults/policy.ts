/** The policy of retention of a run, and the name by which commands call it. */
export const POLICY_FILE = 'proof/faults/retention.json';
export const POLICY = 'faults';
